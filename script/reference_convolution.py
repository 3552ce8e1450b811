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
    kind = "float64" if tensor.is_floating_point() else "int64"
    return {"shape": list(tensor.shape), "values": numbers, "dtype": kind}


def case(operation, inputs, call, differentiable=True, **attributes):
    leaves = [x.clone().requires_grad_(differentiable and x.is_floating_point()) for x in inputs]
    output = call(*leaves, **attributes)
    entry = {
        "operation": operation, "inputs": [packed(x) for x in inputs],
        "attributes": {k: v if isinstance(v, (int, str, bool)) else list(v) for k, v in attributes.items()},
        "output": packed(output.detach()),
    }
    if differentiable:
        arriving = draw(*output.shape)
        entry["arriving"] = packed(arriving)
        found = iter(torch.autograd.grad(output, [x for x in leaves if x.requires_grad], arriving))
        entry["gradients"] = [packed(next(found)) if x.requires_grad else None for x in leaves]
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
    case("conv_transpose3d", [draw(2, 2, 2, 3, 2), draw(2, 3, 2, 2, 2), draw(3)], F.conv_transpose3d, stride=2,
         padding=1, output_padding=(1, 0, 1)),
    case("conv_transpose3d", [draw(2, 2, 2, 2), draw(2, 1, 2, 1, 2)], F.conv_transpose3d, groups=2, dilation=2),
]

# The two gradients of a convolution as operations of their own, differentiated as well.
for n in (1, 2, 3):
    conv, spread = getattr(F, f"conv{n}d"), getattr(F, f"conv_transpose{n}d")
    x, w = draw(2, 4, *[7, 5, 4][:n]), draw(6, 2, *[3, 2, 2][:n])
    settings = {"stride": 3, "padding": 1, "groups": 2}
    g = draw(*conv(x, w, **settings).shape)

    def to_input(g, w, shape, **s):
        least = spread(g, w, **s).shape
        return spread(g, w, output_padding=[a - b for a, b in zip(shape[2:], least[2:])], **s)

    def to_weight(x, g, shape, **s):
        w = torch.zeros(shape, requires_grad=True)
        return torch.autograd.grad(conv(x, w, **s), w, g, create_graph=True)[0]

    cases += [
        case(f"conv{n}d_input_gradient", [g, w], to_input, shape=tuple(x.shape), **settings),
        case(f"conv{n}d_weight_gradient", [x, g], to_weight, shape=tuple(w.shape), **settings),
    ]

ties = torch.tensor([[1.0, 1.0, 2.0, 0.0], [1.0, 1.0, 2.0, 2.0], [0.0, 3.0, 3.0, 3.0], [3.0, 0.0, 3.0, 3.0]])
hole = draw(1, 5, 5)
hole[0, 1, 1] = math.nan
hole[0, 4, 4] = math.inf
deep = torch.full((1, 4, 4), -math.inf)
deep[0, 2, 2] = 1
for n in (1, 2, 3):
    largest, average, unpool = (getattr(F, f"{name}{n}d") for name in ("max_pool", "avg_pool", "max_unpool"))
    to_one = {"max": getattr(F, f"adaptive_max_pool{n}d"), "avg": getattr(F, f"adaptive_avg_pool{n}d")}
    sizes = {1: [8], 2: [8, 7], 3: [5, 6, 5]}[n]
    image = lambda *outer: draw(*outer, *sizes)
    ceiling = {"stride": 2, "padding": 1, "ceil_mode": True}

    def total(x, kernel_size, **s):
        return average(x, kernel_size, **s) * kernel_size ** n

    def shared(pool):
        def gradient(g, shape, **s):
            x = torch.zeros(shape, requires_grad=True)
            return torch.autograd.grad(pool(x, **s), x, g, create_graph=True)[0]
        return gradient

    for settings in ({}, {"stride": 3, "padding": 1}, {"stride": 1}, {"stride": 2, "padding": 1}, ceiling):
        cases += [
            case(f"max_pool{n}d", [image(2, 3)], largest, kernel_size=3, **settings),
            case(f"avg_pool{n}d", [image(2, 3)], average, kernel_size=3, **settings),
            case(f"avg_pool{n}d", [image(3)], average, kernel_size=3, count_include_pad=False, **settings),
        ]
    indices = lambda x, **s: largest(x, return_indices=True, **s)[1]
    picked = indices(image(2, 3), kernel_size=2)
    for settings in ({"stride": 2, "padding": 1}, {"stride": 3}):
        shape = (2, *sizes)
        for name, pool in (("avg", average), ("sum", total)):
            g = draw(*pool(torch.zeros(shape), kernel_size=3, **settings).shape)
            cases.append(case(f"{name}_pool{n}d_input_gradient", [g], shared(pool), kernel_size=3, shape=shape, **settings))
        cases.append(case(f"sum_pool{n}d", [image(2, 3)], total, kernel_size=3, **settings))
    cases += [
        case(f"max_pool{n}d", [image(2, 3)], largest, kernel_size=2, stride=2, dilation=2, padding=1),
        case(f"max_pool{n}d", [image(2)], largest, kernel_size=3, dilation=2, ceil_mode=True, stride=2),
        case(f"max_pool{n}d_indices", [image(2)], indices, differentiable=False, kernel_size=2, dilation=3, stride=1),
        case(f"max_unpool{n}d", [draw(*picked.shape), picked], lambda x, i, shape: unpool(x, i, 2, output_size=shape[2:]),
             shape=(2, 3, *sizes)),
        case(f"pool_take{n}d", [image(2, 3), picked],
             lambda x, i: x.flatten(2).gather(2, i.flatten(2)).reshape(i.shape)),
        case(f"global_max_pool{n}d", [image(2, 3)], lambda x: to_one["max"](x, 1).flatten(1)),
        case(f"global_avg_pool{n}d", [image(2, 3)], lambda x: to_one["avg"](x, 1).flatten(1)),
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
