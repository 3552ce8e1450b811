#!/usr/bin/env python3
"""Writes Tests/AutogradTests/Fixtures/pytorch_convolution.json: values and gradients of convolution
and pooling as PyTorch computes them, in float64, with the awkward cases. Run with a Python that has
PyTorch; the tests read the file alone."""
import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def packed(tensor):
    numbers = [x if math.isfinite(x) else str(x) for x in tensor.double().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": numbers}


def case(operation, inputs, call, differentiable=True, **attributes):
    leaves = [x.clone().requires_grad_(differentiable and i < 3) for i, x in enumerate(inputs)]
    output = call(*leaves, **attributes)
    entry = {
        "operation": operation, "inputs": [packed(x) for x in inputs],
        "attributes": {k: v if isinstance(v, (int, str, bool)) else list(v) for k, v in attributes.items()},
        "output": packed(output.detach()),
    }
    if differentiable:
        arriving = draw(*output.shape)
        entry["arriving"] = packed(arriving)
        entry["gradients"] = [packed(g) for g in torch.autograd.grad(output, leaves, arriving)]
    return entry


def draw(*sizes):
    """Two decimals keep the file small; nothing is lost, since both sides read the same numbers."""
    return torch.randn(*sizes).round(decimals=2)


cases = []
for n, conv in ((1, F.conv1d), (2, F.conv2d), (3, F.conv3d)):
    image = lambda *outer: draw(*outer, *[6, 5, 4][:n])
    window = lambda *outer: draw(*outer, *[3, 2, 2][:n])
    name = f"conv{n}d"
    cases += [
        case(name, [image(2, 3), window(4, 3), draw(4)], conv),
        case(name, [image(3), window(4, 3)], conv, stride=3, padding=2),
        case(name, [image(2, 4), window(6, 2), draw(6)], conv, stride=2, padding=1, groups=2),
        case(name, [image(2, 4), window(4, 1)], conv, groups=4, padding=1),
        case(name, [image(2, 3), window(2, 3), draw(2)], conv, dilation=2, padding=2),
        case(name, [image(2, 3), window(2, 3)], conv, padding="same"),
        case(name, [image(0, 3), window(2, 3), draw(2)], conv, padding=1),
    ]
cases += [
    # Large enough for matrix products, several blocks of columns, uneven strides.
    case("conv2d", [draw(1, 6, 13, 14), draw(8, 3, 3, 5), draw(8)], F.conv2d, stride=(2, 3), padding=(1, 2),
         dilation=(2, 1), groups=2),
    case("conv2d", [draw(1, 8, 20, 48), draw(1, 8, 7, 7)], F.conv2d, padding=1),
    case("conv2d", [draw(2, 8, 9, 16), draw(12, 8, 1, 1), draw(12)], F.conv2d),
    case("conv2d", [draw(2, 4, 9, 8), draw(6, 4, 1, 1)], F.conv2d, stride=2),
    case("conv2d", [draw(1, 1, 3, 3), draw(1, 1, 7, 7)], F.conv2d, padding=2),
    case("conv_transpose1d", [draw(2, 3, 4), draw(3, 2, 3), draw(2)], F.conv_transpose1d, stride=2, padding=1,
         output_padding=1),
    case("conv_transpose2d", [draw(2, 3, 4, 3), draw(3, 2, 3, 2), draw(2)], F.conv_transpose2d, stride=(2, 1),
         padding=(1, 0)),
    case("conv_transpose2d", [draw(4, 4, 3), draw(4, 2, 3, 2), draw(4)], F.conv_transpose2d, groups=2, dilation=2),
]

ties = torch.tensor([[1.0, 1.0, 2.0, 0.0], [1.0, 1.0, 2.0, 2.0], [0.0, 3.0, 3.0, 3.0], [3.0, 0.0, 3.0, 3.0]])
hole = draw(1, 5, 5)
hole[0, 1, 1] = math.nan
hole[0, 4, 4] = math.inf
deep = torch.full((1, 4, 4), -math.inf)
deep[0, 2, 2] = 1
for n, largest, average in ((1, F.max_pool1d, F.avg_pool1d), (2, F.max_pool2d, F.avg_pool2d)):
    image = lambda *outer: draw(*outer, *[8, 7][:n])
    for settings in ({}, {"stride": 3, "padding": 1}, {"stride": 1}, {"stride": 2, "padding": 1}):
        cases += [
            case(f"max_pool{n}d", [image(2, 3)], largest, kernel_size=3, **settings),
            case(f"avg_pool{n}d", [image(2, 3)], average, kernel_size=3, **settings),
            case(f"avg_pool{n}d", [image(3)], average, kernel_size=3, count_include_pad=False, **settings),
        ]
    indices = lambda x, **s: largest(x, return_indices=True, **s)[1]
    cases += [
        case(f"max_pool{n}d", [image(0, 3)], largest, kernel_size=2),
        case(f"max_pool{n}d_indices", [image(2, 3)], indices, differentiable=False, kernel_size=3, stride=2, padding=1),
    ]
second = lambda x, **s: F.max_pool2d(x, return_indices=True, **s)[1]
for x in (ties[None], hole, deep):
    cases += [
        case("max_pool2d", [x], F.max_pool2d, kernel_size=2),
        case("max_pool2d", [x], F.max_pool2d, kernel_size=3, stride=1, padding=1),
        case("max_pool2d_indices", [x], second, differentiable=False, kernel_size=3, stride=1, padding=1),
    ]

target = pathlib.Path(__file__).parent.parent / "Tests/AutogradTests/Fixtures/pytorch_convolution.json"
target.parent.mkdir(exist_ok=True)
lines = ",\n".join(json.dumps(entry) for entry in cases)
target.write_text(f'{{"torch": "{torch.__version__}", "cases": [\n{lines}\n]}}\n')
