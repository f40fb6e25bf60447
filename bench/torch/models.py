"""The forward passes of the sample jobs in eager PyTorch, on the weights of the ONNX templates, by the same names."""

import torch
import torch.nn.functional as F


def mlp(weights, data):
    x = data["data.x"].float() * (1 / 255)
    for layer in range(2):
        x = torch.addmm(weights[f"layer{layer}.bias"], x, weights[f"layer{layer}.weight"]).relu()
    return torch.addmm(weights["layer2.bias"], x, weights["layer2.weight"])


def cnn(weights, data):
    x = data["data.x"].float() * (1 / 255)
    for layer, padding in (("conv0", 2), ("conv1", 1)):
        x = F.conv2d(x, weights[f"{layer}.weight"], weights[f"{layer}.bias"], stride=2, padding=padding).relu()
    x = torch.addmm(weights["dense0.bias"], x.flatten(1), weights["dense0.weight"]).relu()
    return torch.addmm(weights["dense1.bias"], x, weights["dense1.weight"])


def resnet(weights, data):
    def convolve(x, name, stride):
        weight = weights[f"{name}.weight"]
        x = F.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)
        mean, variance, weight, bias = (weights[f"{name}.normal.{part}"] for part in ("mean", "variance", "weight", "bias"))
        return F.batch_norm(x, mean, variance, weight, bias, training=True)

    x = convolve(data["data.x"].float() * (1 / 255), "stem", 1).relu()
    for stage in range(4):
        for block in range(2):
            name, stride = f"stage{stage}.block{block}", 2 if stage > 0 and block == 0 else 1
            wide = convolve(convolve(x, f"{name}.first", stride).relu(), f"{name}.second", 1)
            same = f"{name}.shortcut.weight" not in weights
            x = (wide + (x if same else convolve(x, f"{name}.shortcut", stride))).relu()
    return torch.addmm(weights["dense.bias"], x.mean((2, 3)), weights["dense.weight"])


class Gpt:
    """A pre-norm transformer. Sizes come from the weights, but for the heads, which no weight shows."""

    def __init__(self, heads):
        self.heads = heads

    def __call__(self, weights, data):
        embedded = F.embedding(data["data.tokens"].long(), weights["token.embedding"])
        x = embedded + weights["position.embedding"]
        layers = sum(name.endswith(".attention.qkv") for name in weights)
        for layer in range(layers):
            block = f"block{layer}"
            x = x + self.attention(weights, f"{block}.attention", norm(weights, f"{block}.norm1", x))
            x = x + feed_forward(weights, f"{block}.mlp", norm(weights, f"{block}.norm2", x))
        return norm(weights, "norm", x).flatten(0, 1) @ weights["head.weight"]

    def attention(self, weights, name, x):
        batch, length, size = x.shape
        joint = (x.view(-1, size) @ weights[f"{name}.qkv"]).view(batch, length, 3, self.heads, size // self.heads)
        q, k, v = joint.permute(2, 0, 3, 1, 4).unbind(0)
        if hasattr(F, "scaled_dot_product_attention"):  # PyTorch 2; the peer gets its fused kernel where it has one
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            later = torch.ones(length, length, dtype=torch.bool).triu(1)
            scores = (q @ k.transpose(-2, -1)) * (size // self.heads) ** -0.5
            mixed = scores.masked_fill(later, float("-inf")).softmax(-1) @ v
        return (mixed.transpose(1, 2).reshape(-1, size) @ weights[f"{name}.projection"]).view(batch, length, size)


def norm(weights, name, x):
    return F.layer_norm(x, x.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-5)


def feed_forward(weights, name, x):
    flat = x.view(-1, x.shape[-1])
    wide = F.gelu(torch.addmm(weights[f"{name}.up.bias"], flat, weights[f"{name}.up.weight"]))
    return torch.addmm(weights[f"{name}.down.bias"], wide, weights[f"{name}.down.weight"]).view(x.shape)


MODELS = {"mnist-mlp": mlp, "mnist-cnn": cnn, "resnet-18": resnet, "moby-gpt": Gpt(heads=4)}
