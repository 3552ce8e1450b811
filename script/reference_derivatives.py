#!/usr/bin/env python3
"""Jacobians and Hessians by PyTorch, float64, as reference values for the tests.

usage: reference_derivatives.py > Tests/LibraryTests/Fixtures/derivatives.json   (needs torch)
Every case is a function of x written in the language and, where the spelling differs, in Python.
"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
FUNCTIONS = {
    "log": torch.log, "exp": torch.exp, "sin": torch.sin, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "sqrt": torch.sqrt, "sum": torch.sum, "prod": torch.prod, "softplus": F.softplus, "gelu": F.gelu,
    "silu": F.silu, "mean": torch.mean, "erf": torch.erf, "cumsum": lambda x: x.cumsum(0), "logsumexp": lambda x: x.logsumexp(0),
    "softmax": lambda x: F.softmax(x, -1), "log_softmax": lambda x: F.log_softmax(x, -1),
    "var": lambda x: x.var(correction=0), "norm": torch.linalg.vector_norm, "inv": torch.linalg.inv, "det": torch.linalg.det,
    "solve": torch.linalg.solve, "outer": torch.outer, "conv1d": lambda x, w: F.conv1d(x[None, None], w[None, None])[0, 0],
    "cross_entropy": lambda x, label: F.cross_entropy(x, torch.tensor(label)),
    "avg_pool1d": lambda x, k: F.avg_pool1d(x[None], k)[0], "half_squared_error": lambda x, y: ((x - y) ** 2).sum() / 2,
}
VECTOR, MATRIX, SCALAR = [3], [2, 2], []
CASES = [
    (VECTOR, "x * x"), (VECTOR, "softmax(x)"), (VECTOR, "log_softmax(x * 3)"), (VECTOR, "cumsum(x**3)"), (VECTOR, "outer(x, x)"),
    (VECTOR, "conv1d(x, x[:2])"), (VECTOR, "sin(x[0] * x[1]) + x"), (MATRIX, "x @ x"), (MATRIX, "inv(x)"), (MATRIX, "solve(x, x[0])"),
    (MATRIX, "x.T @ sigmoid(x)"), (SCALAR, "tanh(x)**2"), (VECTOR, "avg_pool1d(exp(x), 2)"), (MATRIX, "softmax(x @ x)"),
    (VECTOR, "sum(x**3)"), (VECTOR, "prod(x)"), (VECTOR, "logsumexp(x)"), (VECTOR, "norm(x)"), (VECTOR, "var(x)"),
    (VECTOR, "cross_entropy(x, 1)"), (VECTOR, "sum(gelu(x) * silu(x))"), (VECTOR, "sum(softplus(x) / (1 + x**2))"),
    (MATRIX, "det(x)"), (MATRIX, "sum(tanh(x @ x))"), (SCALAR, "x**4"), (SCALAR, "exp(sin(x))"), (VECTOR, "sum(erf(x) * log(x))"),
    (VECTOR, "half_squared_error(sigmoid(x @ outer(x, x)), 1)"), (VECTOR, "mean(x) * sum(sqrt(x))"), (VECTOR, "sum(2 * x)"),
]


def flat(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().reshape(-1).tolist()}


cases = []
for sizes, text in CASES:
    x = (torch.rand(sizes) + 0.3).round(decimals=2)
    call = eval("lambda x: " + text, dict(FUNCTIONS))
    case = {"function": text, "x": flat(x), "jacobian": flat(torch.autograd.functional.jacobian(call, x))}
    if call(x).dim() == 0:
        case["hessian"] = flat(torch.autograd.functional.hessian(call, x))
    cases.append(case)
print(json.dumps({"torch": torch.__version__, "cases": cases}, indent=0))
