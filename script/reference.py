#!/usr/bin/env python3
"""Writes Tests/AutogradTests/Fixtures/pytorch.json: values and gradients of the operations as PyTorch
computes them, in float64, with the awkward cases: ties, kinks, NaN, infinities, empty tensors, rank 0,
negative axes, large scores. Run with a Python that has PyTorch; the tests read the file alone.
Convolution and pooling have a script of their own."""
import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
inf, nan = math.inf, math.nan
cases = []


def packed(tensor):
    if tensor is None:
        return None
    numbers = [x if math.isfinite(x) else str(x) for x in tensor.double().flatten().tolist()]
    kind = {torch.int64: "int64", torch.bool: "bool"}.get(tensor.dtype, "float64")
    return {"shape": list(tensor.shape), "values": numbers, "dtype": kind}


def setting(value):
    if isinstance(value, float):
        return {"real": str(value)}
    return list(value) if isinstance(value, tuple) else value


def draw(*sizes):
    """Two decimals keep the file small; nothing is lost, since both sides read the same numbers."""
    return torch.randn(sizes).round(decimals=2)


def positive(*sizes):
    return (torch.rand(sizes) * 0.8 + 0.1).round(decimals=2)


def distinct(*sizes):
    """No two numbers alike: at ties amax and amin share the gradient, ours gives it to the first."""
    return (torch.randperm(math.prod(sizes)) - 2.5).double().reshape(sizes)


def tensor(*values):
    return torch.tensor(values if len(values) != 1 else values[0])


def reals(*values):
    return torch.tensor(values, dtype=torch.float64)


def case(operation, inputs, call, slopes=True, **attributes):
    """One call; `slopes` False where PyTorch gives no gradient or, by a stated convention, another."""
    leaves = [x.clone().requires_grad_(slopes and x.dtype == torch.float64) for x in inputs]
    output = call(*leaves)
    entry = {
        "operation": operation, "inputs": [packed(x) for x in inputs],
        "attributes": {key: setting(value) for key, value in attributes.items()},
        "output": packed(output.detach()),
    }
    if slopes:
        arriving = draw(*output.shape)
        entry["arriving"] = packed(arriving)
        wanted = [x for x in leaves if x.requires_grad]
        found = iter(torch.autograd.grad(output, wanted, arriving, allow_unused=True))
        entry["gradients"] = [packed(next(found)) if x.requires_grad else None for x in leaves]
    cases.append(entry)


def usual(call, operation, source=draw, extra=(), **attributes):
    """Rank 0, 1 and 2, an empty tensor, and the points in `extra`."""
    for sizes in ((), (3,), (2, 3), (0, 2)):
        case(operation, [source(*sizes)], call, **attributes)
    if extra:
        case(operation, [reals(*extra)], call, **attributes)


def pairs(call, operation, source=draw, **attributes):
    for left, right in (((), ()), ((3,), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 2)), ((0, 2), (2,))):
        case(operation, [source(*left), source(*right)], call, **attributes)


def reductions(call, operation, source=draw, slopes=True):
    """`call(x, dim, keepdim)`; dim is a tuple."""
    for sizes, axis, keepdims in (
        ((2, 3), None, False), ((2, 3), (-1,), True), ((2, 3, 2), (0, -1), False), ((4,), (0,), False), ((), None, False),
    ):
        attributes = {} if axis is None else {"axis": axis if len(axis) > 1 else axis[0]}
        every = tuple(range(len(sizes))) if axis is None else axis
        case(operation, [source(*sizes)], lambda x: call(x, every, keepdims), slopes, keepdims=keepdims, **attributes)


# Arithmetic and comparisons
pairs(torch.add, "add")
pairs(torch.sub, "subtract")
pairs(torch.mul, "multiply")
pairs(torch.div, "divide")
pairs(torch.pow, "power", positive)
case("divide", [reals(1, -1, 0), reals(0, 0, 0)], torch.div)
case("multiply", [reals(0, inf, nan), reals(inf, -2, 1)], torch.mul)
case("power", [reals(-2, -2, 0, 0, 2), reals(3, 2, 0, 2, -1)], torch.pow, slopes=False)
case("power", [reals(0, 0, -3, 2), reals(0, 2, 2, 3)], torch.pow, slopes=False)
case("floor_divide", [reals(7, -7, 7.5, -1), reals(2, 2, -2, 3)], torch.floor_divide, slopes=False)
case("remainder", [reals(7, -7, 7.5, -1), reals(2, 2, -2, 3)], torch.remainder)
pairs(torch.maximum, "maximum")
pairs(torch.minimum, "minimum")
case("maximum", [reals(1, 2, 0, nan), reals(1, 1, -0.0, 1)], torch.maximum, slopes=False)
case("maximum", [reals(1, 2, 3), reals(1, 1, 4)], torch.maximum)
case("minimum", [reals(1, 2, 3), reals(1, 1, 4)], torch.minimum)
usual(torch.neg, "negate")
for name, call in (("less", torch.lt), ("less_equal", torch.le), ("greater", torch.gt), ("greater_equal", torch.ge),
                   ("equal", torch.eq), ("not_equal", torch.ne)):
    case(name, [reals(1, 2, 3, nan, inf), reals(2, 2, 2, nan, inf)], call, slopes=False)
for a, b, t in (((), (), ()), ((3,), (3,), ()), ((2, 1), (3,), (2, 3)), ((0, 2), (2,), ())):
    case("lerp", [draw(*a), draw(*b), draw(*t)], torch.lerp)
case("lerp", [reals(1, inf, nan), reals(1, 2, 3), reals(0.5, 0.25, 0)], torch.lerp, slopes=False)
for name in ("logical_and", "logical_or"):
    case(name, [reals(0, 0, 2, nan), reals(0, -1, 0, 3)], getattr(torch, name), slopes=False)
case("logical_not", [reals(0, -0.0, 2, nan)], torch.logical_not, slopes=False)
case("where", [tensor([True, False, True]), draw(2, 3), draw(3)], torch.where)
case("where", [tensor([True, False]), reals(1, nan), reals(inf, 2)], torch.where)

# Functions of one number
for name, call, source, extra in (
    ("exp", torch.exp, draw, (-inf, inf, nan, -800, 800)), ("expm1", torch.expm1, draw, (-inf, 1e-18, -800)),
    ("log", torch.log, positive, (1e-300, inf)),
    ("log1p", torch.log1p, positive, (1e-18, -0.5, inf)), ("log2", torch.log2, positive, (8, 1e300)),
    ("log10", torch.log10, positive, (1000,)), ("sqrt", torch.sqrt, positive, (1e-300, 4)),
    ("square", torch.square, draw, (0, -3, inf)), ("sin", torch.sin, draw, (0, 1e3)), ("cos", torch.cos, draw, (0, 1e3)),
    ("tan", torch.tan, draw, (0,)), ("sinh", torch.sinh, draw, (0, 20)), ("cosh", torch.cosh, draw, (0, 20)),
    ("arctan", torch.atan, draw, (0, inf, -1e9)), ("erf", torch.erf, draw, (0, 5, -inf)),
    ("abs", torch.abs, draw, (0, -inf, 3)), ("sign", torch.sign, draw, (0, -inf, 3)),
    ("floor", torch.floor, draw, (2, -2)), ("ceil", torch.ceil, draw, (2, -2)),
    ("round", torch.round, draw, (0.5, 1.5, 2.5, -0.5, -1.5)),
    ("sigmoid", torch.sigmoid, draw, (0, 800, -800, inf, -inf, 36)), ("tanh", torch.tanh, draw, (0, 800, -800, 1e-9)),
    ("relu", torch.relu, draw, (0, -1, inf)),
):
    usual(call, name, source, extra)
case("log", [reals(0, -1, nan)], torch.log, slopes=False)
case("sqrt", [reals(0, -1)], torch.sqrt, slopes=False)
case("round", [reals(3.14159, -2.71828, 1234.5)], lambda x: torch.round(x, decimals=2), decimals=2)
pairs(torch.atan2, "arctan2")
case("arctan2", [reals(1, 0, -1, 0), reals(0, -1, 0, 1)], torch.atan2)
case("clip", [reals(-2, -1, 0.5, 1, 3, nan)], lambda x: torch.clamp(x, -1, 1), min=-1, max=1)
case("clip", [reals(-2, 3)], lambda x: torch.clamp(x, max=1), max=1)
for name in ("isnan", "isinf", "isfinite"):
    case(name, [reals(1, nan, inf, -inf)], getattr(torch, name), slopes=False)

# Activations with parameters
usual(lambda x: F.leaky_relu(x, 0.1), "leaky_relu", extra=(0, -3), negative_slope=0.1)
case("prelu", [reals(-2, 0, 3), torch.tensor(0.25)], lambda x, a: F.prelu(x, a))
case("prelu", [draw(4, 3), draw(3)], lambda x, a: F.prelu(x, a))
usual(lambda x: F.rrelu(x, 0.1, 0.3), "rrelu", extra=(0, -3), lower=0.1, upper=0.3)
usual(lambda x: F.elu(x, 1.5), "elu", extra=(0, -30, 1e-9), alpha=1.5)
usual(lambda x: F.softplus(x, 2), "softplus", extra=(0, -400, 9), beta=2)
usual(F.hardtanh, "hardtanh", extra=(-1, 1, 0, 5))
case("crelu", [draw(2, 3)], lambda x: torch.cat([F.relu(x), F.relu(-x)], -1))
case("crelu", [draw(2, 3)], lambda x: torch.cat([F.relu(x), F.relu(-x)], 0), axis=0)

# Reductions
reductions(lambda x, d, k: x.sum(d, k), "sum")
reductions(lambda x, d, k: x.mean(d, k), "mean")
reductions(lambda x, d, k: torch.logsumexp(x, d, k) if x.dim() else x.logsumexp(0), "logsumexp")
reductions(lambda x, d, k: torch.var(x, d, correction=0, keepdim=k) if x.dim() else x * 0, "var")
reductions(lambda x, d, k: torch.std(x, d, correction=0, keepdim=k) if x.dim() else x * 0, "std", slopes=False)
reductions(lambda x, d, k: torch.amax(x, d, k) if x.dim() else x.clone(), "max", distinct)
reductions(lambda x, d, k: torch.amin(x, d, k) if x.dim() else x.clone(), "min", distinct)
reductions(lambda x, d, k: torch.linalg.vector_norm(x, 2, d, k) if x.dim() else x.abs(), "norm")
case("sum", [draw(0, 2)], lambda x: x.sum(0), axis=0)
case("sum", [draw(0, 2)], lambda x: x.sum())
case("mean", [draw(0, 2)], lambda x: x.mean(1), axis=1)
case("mean", [torch.zeros(0)], lambda x: x.mean(), slopes=False)
case("var", [draw(2, 4)], lambda x: x.var(1), axis=1, correction=1)
case("std", [draw(2, 4)], lambda x: x.std(1), axis=1, correction=1)
case("std", [draw(5)], lambda x: x.std(), correction=1)
case("var", [draw(1)], lambda x: x.var(), slopes=False, correction=1)
for axis, keepdims in ((1, True), (-1, False)):
    case("median", [distinct(2, 3)], lambda x: x.median(axis, keepdim=keepdims).values, axis=axis, keepdims=keepdims)
case("median", [distinct(2, 2, 2)], lambda x: torch.quantile(x, 0.5))
case("median", [reals([2, 1, 2, 2], [1, nan, 3, 0])], lambda x: torch.quantile(x, 0.5, 1), slopes=False, axis=1)
case("median", [draw()], lambda x: x.median())
for power in (-1.5, 0.0, -inf):
    case("norm", [draw(2, 3)], lambda x: torch.linalg.vector_norm(x, power, 1), ord=power, axis=1)
case("norm", [reals(3, 0, -4, nan)], lambda x: torch.linalg.vector_norm(x, 0), slopes=False, ord=0.0)
for power in (1.0, 3.0, inf):
    case("norm", [draw(2, 3)], lambda x: torch.linalg.vector_norm(x, power, 1), ord=power, axis=1)
case("norm", [torch.zeros(3)], lambda x: torch.linalg.vector_norm(x, 2))
case("prod", [draw(2, 3)], lambda x: x.prod())
case("prod", [draw(2, 3)], lambda x: x.prod(-1, keepdim=True), axis=-1, keepdims=True)
case("prod", [reals(2, 0, 3)], lambda x: x.prod())
case("prod", [reals(0, 0, 3)], lambda x: x.prod())
case("prod", [torch.zeros(0)], lambda x: x.prod(), slopes=False)
case("logsumexp", [reals(1000, 1000, -1000)], lambda x: x.logsumexp(0))
case("logsumexp", [reals(-inf, 2, 1)], lambda x: x.logsumexp(0))
case("logsumexp", [reals(-inf, -inf)], lambda x: x.logsumexp(0), slopes=False)
case("logsumexp", [reals(inf, 1)], lambda x: x.logsumexp(0), slopes=False)
case("logsumexp", [torch.zeros(0)], lambda x: x.logsumexp(0), slopes=False)
ties = reals([3, 1, 3], [2, 2, 0])
case("max", [ties], lambda x: x.max(1).values, axis=1)
case("min", [ties], lambda x: x.min(0).values, axis=0)
case("max", [reals([1, nan, 3], [2, 5, 4])], lambda x: x.max(1).values, slopes=False, axis=1)
case("min", [reals([1, nan, 3], [2, 5, 4])], lambda x: x.min(0).values, slopes=False, axis=0)
for name, call in (("argmax", torch.argmax), ("argmin", torch.argmin)):
    case(name, [draw(2, 3)], lambda x: call(x), slopes=False)
    case(name, [ties], lambda x: call(x, -1), slopes=False, axis=-1)
    case(name, [draw(3, 2)], lambda x: call(x, 0, keepdim=True), slopes=False, axis=0, keepdims=True)
    case(name, [reals(1, nan, 3, nan)], lambda x: call(x), slopes=False)
holed = reals([0, 1, 2], [0, 0, nan])
case("any", [holed], lambda x: x.any(1), slopes=False, axis=1)
case("all", [holed], lambda x: x.all(0), slopes=False, axis=0)
case("any", [torch.zeros(0)], lambda x: x.any(), slopes=False)
case("all", [torch.zeros(0)], lambda x: x.all(), slopes=False)
case("count_nonzero", [holed], lambda x: torch.count_nonzero(x, 1), slopes=False, axis=1)
case("entropy", [torch.softmax(draw(2, 3), -1)], lambda p: -(p * p.log()).sum(-1))
case("entropy", [reals(1, 0)], lambda p: torch.special.entr(p).sum(), slopes=False)
case("sum_to", [draw(2, 3)], lambda x: x.sum_to_size(1, 3), shape=(1, 3))
case("broadcast_to", [draw(3, 1)], lambda x: x.expand(2, 3, 4), shape=(2, 3, 4))

# Matrices
for left, right in (((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 1, 2, 3), (3, 3, 2)), ((0, 3), (3, 2)),
                    ((2, 0), (0, 3)), ((5, 6), (6, 7))):
    case("matmul", [draw(*left), draw(*right)], torch.matmul)
case("dot", [draw(3), draw(3)], torch.dot)
case("dot", [draw(2, 3), draw(3, 2)], torch.matmul)
case("dot", [draw(), draw(3)], torch.mul)
case("outer", [draw(3), draw(2)], torch.outer)
case("solve", [draw(3, 3), draw(3)], torch.linalg.solve)
case("solve", [draw(3, 3), draw(3, 2)], torch.linalg.solve)
case("inv", [draw(3, 3)], torch.linalg.inv)
case("det", [draw(4, 4)], torch.linalg.det)
case("det", [reals([1, 2], [2, 4])], torch.linalg.det, slopes=False)
case("matrix_rank", [reals([1, 2], [2, 4])], torch.linalg.matrix_rank, slopes=False)
rows = reals([0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9], [1, 1, 1])
case("matrix_rank", [rows], torch.linalg.matrix_rank, slopes=False)
case("lstsq", [draw(5, 2), draw(5, 3)], lambda a, b: torch.linalg.lstsq(a, b).solution)
case("lstsq", [draw(2, 4), draw(2, 1)], lambda a, b: torch.linalg.lstsq(a, b).solution, slopes=False)

# Shape
case("transpose", [draw(2, 3)], lambda x: x.T)
case("transpose", [draw(2, 3, 4)], lambda x: x.permute(2, 0, 1), axes=(2, 0, -2))
case("reshape", [draw(2, 6)], lambda x: x.reshape(3, -1), shape=(3, -1))
case("flatten", [draw(2, 3, 2)], lambda x: x.flatten(1), start_axis=1)
case("flatten", [draw()], lambda x: x.flatten())
case("squeeze", [draw(1, 3, 1)], lambda x: x.squeeze())
case("unsqueeze", [draw(2, 3)], lambda x: x.unsqueeze(-1), axis=-1)
case("swapaxes", [draw(2, 3, 4)], lambda x: x.swapaxes(0, -1), axis1=0, axis2=-1)
case("flip", [draw(2, 3)], lambda x: x.flip(0, 1))
case("flip", [draw(2, 3)], lambda x: x.flip(-1), axis=-1)
case("rot180", [draw(2, 3, 4)], lambda x: torch.rot90(x, 2, (1, 2)))
for turns in (1, 2, -1):
    case("rot90", [draw(2, 3, 4)], lambda x: torch.rot90(x, turns, (-2, -1)), k=turns)
case("roll", [draw(2, 3)], lambda x: x.roll(4), shift=4)
case("roll", [draw(2, 3)], lambda x: x.roll((-1, 2), (0, -1)), shift=(-1, 2), axis=(0, -1))
case("repeat", [draw(2, 3)], lambda x: x.repeat_interleave(2), repeats=2)
case("repeat", [draw(2, 3)], lambda x: x.repeat_interleave(2, -1), repeats=2, axis=-1)
case("tile", [draw(2, 3)], lambda x: x.tile(2, 1, 2), reps=(2, 1, 2))
case("tile", [draw(2, 3)], lambda x: x.tile(2), reps=2)
for offset in (-1, 0, 2):
    case("diag", [draw(3)], lambda x: torch.diag(x, offset), offset=offset)
    case("diag", [draw(3, 4)], lambda x: torch.diag(x, offset), offset=offset)
    case("tril", [draw(3, 4)], lambda x: torch.tril(x, offset), offset=offset)
    case("triu", [draw(2, 3, 3)], lambda x: torch.triu(x, offset), offset=offset)
case("tril", [reals([1, inf], [nan, 1])], torch.tril, slopes=False)
case("concat", [draw(2, 3), draw(2, 0), draw(2, 1)], lambda *x: torch.cat(x, -1), axis=-1)
case("stack", [draw(2), draw(2), draw(2)], lambda *x: torch.stack(x, -1), axis=-1)
case("stack", [draw(), draw()], lambda *x: torch.stack(x))
case("pad", [draw(2, 3)], lambda x: F.pad(x, (1, 2, 0, 1)), padding=(1, 2, 0, 1))
case("pad", [draw(1, 2, 2)], lambda x: F.pad(x, (1, 1, 1, 1)), padding=1)

# Positions
def item(*items):
    packedItems = [{"slice": [x.start, x.stop, x.step]} if isinstance(x, slice) else "..." if x is Ellipsis else x for x in items]
    return {"index": packedItems}


for key in ((1, -1), (slice(1, None, 2), slice(None, 2, None)), (Ellipsis, None, 0), (slice(-2, None, None),), (slice(5, 9, None),), ()):
    case("index", [draw(3, 4)], lambda x: x[key], items=item(*key))
case("slice", [draw(5, 2)], lambda x: x[1:-1:2], start=1, stop=-1, step=2)
case("slice", [draw(2, 5)], lambda x: x[:, 7:], start=7, axis=1)
case("slice", [draw(2, 5)], lambda x: x[:, 1:4].flip(1), start=3, stop=0, step=-1, axis=-1)
case("take", [draw(3, 4), tensor([[0, -1], [5, 5]])], torch.take)
case("take", [draw(3, 4), tensor([2, 0, 2])], lambda x, i: x[:, i], axis=-1)
case("take", [draw(3, 4), torch.tensor(1)], lambda x, i: x[i], axis=0)
case("scatter_add", [draw(4), tensor([0, 2, 0, 5])], lambda x, i: torch.zeros(6).index_add(0, i, x).reshape(2, 3), shape=(2, 3))
case("one_hot", [tensor([2, 0, 1])], lambda x: F.one_hot(x, 4), slopes=False, classes=4)
case("one_hot", [tensor([[2, 0], [1, 1]])], F.one_hot, slopes=False)
case("gather", [draw(2, 3), tensor([[0, 2, 2, 1], [1, 1, 0, 0]])], lambda x, i: x.gather(1, i), axis=1)
case("gather", [draw(3, 2), tensor([[2, 0]])], lambda x, i: x.gather(-2, i), axis=-2)
case("scatter", [draw(2, 3), tensor([[2, 0], [1, 2]]), draw(2, 2)], lambda x, i, s: x.scatter(1, i, s), axis=1)
unsorted = reals([3, 1, 3, 2], [nan, 0, 5, -inf])
case("sort", [unsorted], lambda x: x.sort(stable=True).values)
case("sort", [draw(3, 2)], lambda x: x.sort(0, descending=True).values, axis=0, descending=True)
case("argsort", [unsorted], lambda x: x.argsort(stable=True), slopes=False)
case("argsort", [unsorted], lambda x: x.argsort(stable=True, descending=True), slopes=False, descending=True)
case("top_k", [draw(2, 5)], lambda x: x.topk(3).values, k=3)
case("arg_top_k", [draw(2, 5)], lambda x: x.topk(2, 0).indices, slopes=False, k=2, axis=0)
case("cumsum", [draw(2, 3)], lambda x: x.cumsum(-1), axis=-1)
case("cumsum", [draw(2, 3)], lambda x: x.flatten().cumsum(0))
case("cumprod", [draw(3, 2)], lambda x: x.cumprod(0), axis=0)
case("cumprod", [reals([1, 0, 2, 3], [0, 2, 0, 4])], lambda x: x.cumprod(1), axis=1)
case("diff", [draw(2, 4)], lambda x: x.diff(), axis=-1)
case("diff", [draw(4, 2)], lambda x: x.diff(2, 0), axis=0, n=2)
case("diff", [draw(1)], lambda x: x.diff(), n=1)

# Layers in one operation each
case("linear", [draw(4, 3), draw(3, 2), draw(2)], lambda x, w, b: x @ w + b)
case("linear", [draw(2, 2, 3), draw(4, 3), draw(4)], F.linear, transposed=True)
case("linear", [draw(0, 3), draw(3, 2), draw(2)], lambda x, w, b: x @ w + b)
H, D = 3, 2


def gates(W, b, order):
    """Our W = [h rows; x rows] and b as PyTorch's two weights and two biases, gates in its order."""
    blocks = lambda matrix: torch.cat([matrix[k * H:(k + 1) * H] for k in order])
    return blocks(W.T[:, H:]), blocks(W.T[:, :H]), blocks(b), torch.zeros_like(b)


def rnn(x, h, W, b):
    return torch.rnn_tanh_cell(x, h, *gates(W, b, [0]))


def lstm(x, state, W, b):
    h, c = torch.lstm_cell(x, state.split(H, -1), *gates(W, b, [1, 0, 2, 3]))
    return torch.cat([h, c], -1)


def gru(x, h, W, b):
    """The slides' convention, which no module of PyTorch has: r before the product, z for the new."""
    z, r = torch.sigmoid(torch.cat([h, x], -1) @ W[:, :2 * H] + b[:2 * H]).split(H, -1)
    n = torch.tanh(torch.cat([r * h, x], -1) @ W[:, 2 * H:] + b[2 * H:])
    return (1 - z) * h + z * n


def every_step(cell):
    def run(x, state, W, b):
        states = []
        for step in x:
            state = cell(step, state, W, b)
            states.append(state)
        return torch.stack(states)
    return run


for name, cell, width, parts in (("rnn", rnn, H, 1), ("lstm", lstm, 2 * H, 4), ("gru", gru, H, 3)):
    weights = lambda: [draw(H + D, parts * H), draw(parts * H)]
    case(name + "_cell", [draw(2, D), draw(2, width), *weights()], cell)
    case(name + "_cell", [100 * draw(1, D), draw(1, width), *weights()], cell)
    case(name + "_sequence", [draw(4, 2, D), draw(2, width), *weights()], every_step(cell))

# Softmax and losses
def reduced(losses, reduction="mean"):
    return {"mean": torch.mean, "sum": torch.sum, "none": lambda y: y}[reduction](losses)


def log_loss(x, c, reduction="mean"):
    """F.soft_margin_loss, which has no gradient for the labels."""
    return reduced(-F.logsigmoid(c * x), reduction)


for name, call in (("softmax", F.softmax), ("log_softmax", F.log_softmax)):
    case(name, [draw(2, 3)], lambda x: call(x, -1))
    case(name, [draw(2, 3, 2)], lambda x: call(x, 1), axis=1)
    case(name, [draw()], lambda x: call(x, -1))
    case(name, [draw(0, 3)], lambda x: call(x, 1), axis=1)
    case(name, [reals(1, 1000, 2)], lambda x: call(x, -1))
    case(name, [reals(1, -inf, 2)], lambda x: call(x, -1), slopes=False)
    case(name, [reals(1, nan, 2)], lambda x: call(x, -1), slopes=False)
for reduction in ("mean", "sum", "none"):
    labels = tensor([2, 0, 1, 2])
    case("cross_entropy", [draw(4, 3), labels], lambda x, t: F.cross_entropy(x, t, reduction=reduction), reduction=reduction)
    case("cross_entropy", [draw(4, 3), positive(4, 3)], lambda x, t: F.cross_entropy(x, t, reduction=reduction), reduction=reduction)
    case("cross_entropy", [draw(2, 3, 2), tensor([[0, 1], [2, 2]])], lambda x, t: F.cross_entropy(x, t, reduction=reduction), reduction=reduction)
    case("max_margin", [draw(4, 3), labels], lambda x, t: F.multi_margin_loss(x, t, reduction=reduction), reduction=reduction, rivals="all")
    for name, call in (("mse", F.mse_loss), ("mae", F.l1_loss), ("huber", F.huber_loss), ("log_loss", log_loss)):
        case(name, [draw(2, 3), draw(2, 3)], lambda x, t: call(x, t, reduction=reduction), reduction=reduction)
    case("binary_cross_entropy", [positive(5), positive(5)], lambda x, t: F.binary_cross_entropy(x, t, reduction=reduction), reduction=reduction)
    case("binary_cross_entropy_with_logits", [draw(5), positive(5)],
         lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction=reduction), reduction=reduction)
    case("hinge", [draw(4), reals(1, -1, -1, 1)], lambda x, t: reduced(F.relu(1 - t * x), reduction), reduction=reduction)
case("cross_entropy", [draw(3), torch.tensor(1)], F.cross_entropy)
case("cross_entropy", [reals([1000, 0, -1000], [0, 0, 0]), tensor([2, 1])], F.cross_entropy)
case("cross_entropy", [draw(0, 3), torch.zeros(0, dtype=torch.int64)], F.cross_entropy, slopes=False)
case("binary_cross_entropy", [reals(0, 1, 0, 1), reals(0, 1, 1, 0)], F.binary_cross_entropy, slopes=False)
case("binary_cross_entropy_with_logits", [reals(800, -800, 0), reals(0, 0, 1)], F.binary_cross_entropy_with_logits)
case("log_loss", [reals(-700, 700, 0), reals(1, 1, -1)], log_loss)
case("max_margin", [reals(1, 2.5, 2), torch.tensor(0)], lambda x, t: F.relu(x[1:].max() + 1 - x[0]))
case("half_squared_error", [draw(2, 3), draw(2, 3)], lambda x, t: ((x - t) ** 2).sum() / 2)
case("mse", [torch.zeros(0), torch.zeros(0)], F.mse_loss, slopes=False)
case("mae", [reals(1, 2), reals(1, 3)], F.l1_loss)
usual(torch.clone, "clone")

path = pathlib.Path(__file__).parent.parent / "Tests/AutogradTests/Fixtures/pytorch.json"
path.write_text("{\"torch\": \"%s\", \"cases\": [\n%s\n]}\n" % (torch.__version__, ",\n".join(json.dumps(x) for x in cases)))
print(len(cases), "cases")
