"""One side of the training benchmark: trains a sample model in eager PyTorch when told to.

Usage: train.py MODEL FOLDER THREADS RATE. FOLDER holds state.safetensors (the first weights) and data.safetensors (some
steps of batches). Each line "train N" on standard input trains the first N of them once and answers {"ms": ..., "losses":
[...]}; "finish" answers {"peakBytes": ...} and ends.
"""

import json
import math
import resource
import sys
import time

import numpy
import torch
import torch.nn.functional as F

from models import MODELS

TYPES = {"F32": numpy.float32, "U8": numpy.uint8}
OPTIMIZER = {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        body = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        start, _ = entry["data_offsets"]
        values = numpy.frombuffer(body, TYPES[entry["dtype"]], math.prod(entry["shape"]), start)
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def main(model, folder, threads, rate):
    torch.set_num_threads(int(threads))
    forward = MODELS[model]
    state = read_safetensors(f"{folder}/state.safetensors")
    weights = {name: value for name, value in state.items() if not name.startswith("adam.")}
    # Running statistics have no moments: they move by themselves.
    trained = [value.requires_grad_() for name, value in weights.items() if f"adam.m.{name}" in state]
    stacked = read_safetensors(f"{folder}/data.safetensors")
    # foreach updates all weights at once, the fastest form of AdamW on a CPU that eager PyTorch has.
    optimizer = torch.optim.AdamW(trained, lr=float(rate), foreach=True, **OPTIMIZER)

    def step(at):
        data = {name: batches[at] for name, batches in stacked.items()}
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(forward(weights, data), data["labels"].long().flatten())
        loss.backward()
        optimizer.step()
        return loss.detach()

    for line in sys.stdin:
        if line.strip() == "finish":
            answer({"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024})
            return
        started = time.perf_counter()
        losses = torch.stack([step(at) for at in range(int(line.split()[1]))]).tolist()
        answer({"ms": (time.perf_counter() - started) * 1000, "losses": losses})


def answer(message):
    print(json.dumps(message), flush=True)


main(*sys.argv[1:])
