"""Exports the models of exports.test.ts with PyTorch and torchvision: their graphs as torch.onnx.export writes them.

Usage: export.py [NAME ...]. Needs Debian's python3-torch, python3-torchvision and python3-onnx. Writes NAME.onnx.gz beside
this file. Weights are not stored: a large float tensor keeps its name and shape, and its documentation says from which
uniform distribution to fill it ("uniform MEAN DEVIATION"), so that a vector is some kilobytes and not a hundred megabytes.
"""

import gzip
import io
import math
import sys
from pathlib import Path

import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F
import torchvision.models as zoo
from torch import nn

FOLDER = Path(__file__).parent
KEPT = 64


class RecurrentClassifier(nn.Module):
    """Sequence classification with embeddings and a two-layer bidirectional LSTM."""

    def __init__(self, vocabulary=50, size=16, hidden=24, classes=4):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.lstm = nn.LSTM(size, hidden, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(2 * hidden, classes)

    def forward(self, tokens):
        outputs, _ = self.lstm(self.embedding(tokens))
        return self.head(outputs.mean(1))


class GatedClassifier(nn.Module):
    """The same with a GRU, classified by its last state."""

    def __init__(self, vocabulary=50, size=16, hidden=24, classes=4):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.gru = nn.GRU(size, hidden, batch_first=True)
        self.head = nn.Linear(hidden, classes)

    def forward(self, tokens):
        _, last = self.gru(self.embedding(tokens))
        return self.head(last[-1])


class BertTiny(nn.Module):
    """BERT's shape at the size of BERT-tiny (2 layers, 128 wide, 2 heads): post-norm encoder, pooled first token."""

    def __init__(self, vocabulary=200, length=32, size=128, heads=2, layers=2, classes=3):
        super().__init__()
        self.words = nn.Embedding(vocabulary, size)
        self.positions = nn.Embedding(length, size)
        self.norm = nn.LayerNorm(size, eps=1e-12)
        self.dropout = nn.Dropout(0.1)
        self.blocks = nn.ModuleList(BertBlock(size, heads) for _ in range(layers))
        self.pooler = nn.Linear(size, size)
        self.classifier = nn.Linear(size, classes)
        self.register_buffer("position_ids", torch.arange(length).expand((1, -1)))

    def forward(self, input_ids, attention_mask):
        length = input_ids.size(1)
        hidden = self.words(input_ids) + self.positions(self.position_ids[:, :length])
        hidden = self.dropout(self.norm(hidden))
        mask = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * torch.finfo(hidden.dtype).min
        for block in self.blocks:
            hidden = block(hidden, mask)
        return self.classifier(self.dropout(torch.tanh(self.pooler(hidden[:, 0]))))


class BertBlock(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(size, size) for _ in range(3))
        self.output = nn.Linear(size, size)
        self.up, self.down = nn.Linear(size, 4 * size), nn.Linear(4 * size, size)
        self.norm1, self.norm2 = nn.LayerNorm(size, eps=1e-12), nn.LayerNorm(size, eps=1e-12)
        self.dropout = nn.Dropout(0.1)

    def split(self, x):
        return x.view(x.size()[:-1] + (self.heads, x.size(-1) // self.heads)).permute(0, 2, 1, 3)

    def forward(self, x, mask):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(q.size(-1)) + mask
        mixed = torch.matmul(self.dropout(F.softmax(scores, dim=-1)), v).permute(0, 2, 1, 3).contiguous()
        x = self.norm1(x + self.dropout(self.output(mixed.view(mixed.size()[:-2] + (x.size(-1),)))))
        return self.norm2(x + self.dropout(self.down(F.gelu(self.up(x)))))


class Gpt2Tiny(nn.Module):
    """GPT-2's shape: learned positions, pre-norm, a joint qkv product, a causal buffer, tanh-GELU, tied output weights."""

    def __init__(self, vocabulary=200, length=32, size=64, heads=4, layers=2):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, size), nn.Embedding(length, size)
        self.blocks = nn.ModuleList(Gpt2Block(size, heads, length) for _ in range(layers))
        self.ln_f = nn.LayerNorm(size)
        self.lm_head = nn.Linear(size, vocabulary, bias=False)
        self.lm_head.weight = self.wte.weight

    def forward(self, input_ids):
        positions = torch.arange(0, input_ids.size(-1), dtype=torch.long).unsqueeze(0)
        hidden = self.wte(input_ids) + self.wpe(positions)
        for block in self.blocks:
            hidden = block(hidden)
        return self.lm_head(self.ln_f(hidden))


class Gpt2Block(nn.Module):
    def __init__(self, size, heads, length):
        super().__init__()
        self.heads, self.size = heads, size
        self.ln_1, self.ln_2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.c_attn, self.c_proj = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.c_fc, self.m_proj = nn.Linear(size, 4 * size), nn.Linear(4 * size, size)
        self.dropout = nn.Dropout(0.1)
        self.register_buffer("bias", torch.tril(torch.ones((length, length), dtype=torch.bool))[None, None])

    def heads_of(self, x):
        return x.view(x.size()[:-1] + (self.heads, x.size(-1) // self.heads)).permute(0, 2, 1, 3)

    def forward(self, x):
        q, k, v = (self.heads_of(part) for part in self.c_attn(self.ln_1(x)).split(self.size, dim=2))
        weights = torch.matmul(q, k.transpose(-1, -2))
        weights = weights / torch.full([], v.size(-1) ** 0.5, dtype=weights.dtype)
        length = q.size(-2)
        causal = self.bias[:, :, :length, :length]
        weights = torch.where(causal, weights, torch.full([], torch.finfo(weights.dtype).min))
        mixed = torch.matmul(self.dropout(F.softmax(weights, dim=-1)), v).permute(0, 2, 1, 3).contiguous()
        x = x + self.dropout(self.c_proj(mixed.view(mixed.size()[:-2] + (self.size,))))
        h = self.c_fc(self.ln_2(x))
        h = 0.5 * h * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (h + 0.044715 * torch.pow(h, 3.0))))
        return x + self.dropout(self.m_proj(h))


class LlamaTiny(nn.Module):
    """LLaMA's shape: RMSNorm, rotary embeddings by rotated halves, grouped keys, SwiGLU."""

    def __init__(self, vocabulary=200, length=32, size=64, heads=4, groups=2, layers=2):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.blocks = nn.ModuleList(LlamaBlock(size, heads, groups, length) for _ in range(layers))
        self.norm = RmsNorm(size)
        self.head = nn.Linear(size, vocabulary, bias=False)

    def forward(self, input_ids):
        hidden = self.embedding(input_ids)
        for block in self.blocks:
            hidden = block(hidden)
        return self.head(self.norm(hidden))


class RmsNorm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


class LlamaBlock(nn.Module):
    def __init__(self, size, heads, groups, length):
        super().__init__()
        self.heads, self.groups, self.width = heads, groups, size // heads
        self.norm1, self.norm2 = RmsNorm(size), RmsNorm(size)
        self.q, self.o = nn.Linear(size, size, bias=False), nn.Linear(size, size, bias=False)
        self.k, self.v = (nn.Linear(size, groups * self.width, bias=False) for _ in range(2))
        self.gate, self.up = (nn.Linear(size, 2 * size, bias=False) for _ in range(2))
        self.down = nn.Linear(2 * size, size, bias=False)
        angles = torch.outer(torch.arange(length).float(), 1e4 ** (-torch.arange(0, self.width, 2).float() / self.width))
        angles = torch.cat((angles, angles), -1)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def rotate(self, x):
        half = x.shape[-1] // 2
        turned = torch.cat((-x[..., half:], x[..., :half]), -1)
        return x * self.cos + turned * self.sin

    def forward(self, x):
        batch, length, size = x.shape
        h = self.norm1(x)
        q = self.rotate(self.q(h).view(batch, length, self.heads, self.width).transpose(1, 2))
        k = self.rotate(self.k(h).view(batch, length, self.groups, self.width).transpose(1, 2))
        v = self.v(h).view(batch, length, self.groups, self.width).transpose(1, 2)
        repeat = self.heads // self.groups
        k, v = (t[:, :, None].expand(batch, self.groups, repeat, length, self.width).reshape(q.shape) for t in (k, v))
        scores = q @ k.transpose(2, 3) / math.sqrt(self.width)
        scores = scores + torch.triu(torch.full((length, length), float("-inf")), 1)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, size)
        x = x + self.o(mixed)
        h = self.norm2(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


def image(size):
    return (torch.randn(2, 3, size, size),), ["x"]


def tokens(length=32, vocabulary=200):
    return (torch.randint(0, vocabulary, (2, length)),), ["tokens"]


def masked(length=32):
    return (torch.randint(0, 200, (2, length)), torch.ones(2, length, dtype=torch.long)), ["tokens", "mask"]


# The exporter has no stochastic depth (bernoulli_), so the models that use it are made without.
CLASSES = {"num_classes": 10}
MODELS = {
    "alexnet": (lambda: zoo.alexnet(**CLASSES), image(224)),
    "resnet18": (lambda: zoo.resnet18(**CLASSES), image(64)),
    "mobilenet_v2": (lambda: zoo.mobilenet_v2(**CLASSES), image(64)),
    "mobilenet_v3_small": (lambda: zoo.mobilenet_v3_small(**CLASSES), image(64)),
    "vgg11_bn": (lambda: zoo.vgg11_bn(**CLASSES), image(224)),
    "densenet121": (lambda: zoo.densenet121(**CLASSES), image(64)),
    "squeezenet1_1": (lambda: zoo.squeezenet1_1(**CLASSES), image(64)),
    "inception_v3": (lambda: zoo.inception_v3(**CLASSES, aux_logits=False, init_weights=False), image(75)),
    "googlenet": (lambda: zoo.googlenet(**CLASSES, aux_logits=False, init_weights=False), image(64)),
    "shufflenet_v2_x0_5": (lambda: zoo.shufflenet_v2_x0_5(**CLASSES), image(64)),
    "regnet_x_400mf": (lambda: zoo.regnet_x_400mf(**CLASSES), image(64)),
    "efficientnet_b0": (lambda: zoo.efficientnet_b0(**CLASSES, stochastic_depth_prob=0), image(64)),
    "convnext_tiny": (lambda: zoo.convnext_tiny(**CLASSES, stochastic_depth_prob=0), image(64)),
    "vit_b_16": (lambda: zoo.vit_b_16(**CLASSES, image_size=64), image(64)),
    "lstm": (RecurrentClassifier, tokens(20, 50)),
    "gru": (GatedClassifier, tokens(20, 50)),
    "bert_tiny": (BertTiny, masked()),
    "gpt2_tiny": (Gpt2Tiny, tokens()),
    "llama_tiny": (LlamaTiny, tokens()),
}


def export(name):
    torch.manual_seed(0)
    make, (arguments, inputs) = MODELS[name]
    model = make()
    model.train()
    buffer = io.BytesIO()
    torch.onnx.export(
        model,
        arguments,
        buffer,
        input_names=inputs,
        output_names=["logits"],
        dynamic_axes={key: {0: "batch"} for key in [*inputs, "logits"]},
        training=torch.onnx.TrainingMode.TRAINING,
        do_constant_folding=False,
        opset_version=17,
    )
    slim = without_weights(onnx.load_from_string(buffer.getvalue()))
    # No time stamp: the same model gives the same file.
    (FOLDER / f"{name}.onnx.gz").write_bytes(gzip.compress(slim.SerializeToString(), 9, mtime=0))


def without_weights(model):
    for node in model.graph.node:
        node.ClearField("doc_string")
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != "float32" or values.size <= KEPT or len(set(values.flatten()[:1000])) < 8:
            continue
        tensor.doc_string = f"uniform {values.mean():.9g} {values.std():.9g}"
        tensor.ClearField("raw_data")
        tensor.ClearField("float_data")
    return model


for name in sys.argv[1:] or MODELS:
    export(name)
