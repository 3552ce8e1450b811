"""Random networks with slips, for Tests/SlipsTests/Fixtures/cases.tsv.

    python script/slip_cases.py 2000 > Tests/SlipsTests/Fixtures/cases.tsv

Needs PyTorch. The slips are coded here, without any of the finder's declarations.

A rule that is wrong while values stay right is written by cutting the history: in
v * h.detach() + k * (h - h.detach()) the slope by h is k, and the value is that of v * h.
"""
import random
import sys

import torch

torch.set_default_dtype(torch.float64)
R = random.Random(2026)


def sigma(x):
    return 1 / (1 + torch.exp(-x))


FUNCTIONS = {"σ": sigma, "tanh": torch.tanh, "relu": torch.relu}


def through(value, x, slope):
    """The value, whose gradient by x is `slope` times what arrives."""
    return value.detach() + slope.detach() * (x - x.detach())


class Net:
    """Steps that do something otherwise where the slip says so."""

    def __init__(self, slip=None):
        self.slip = slip
        self.sites = []

    def at(self, name, place, *rest):
        site = (name, place) + rest
        self.sites.append(site)
        return site == self.slip

    def act(self, n, z, kind):
        f = FUNCTIONS[kind]
        if self.at("activation-missing", n):
            return z
        for other in FUNCTIONS:
            if other != kind and self.at("activation-wrong", n, other):
                return FUNCTIONS[other](z)
        y = f(z)
        if kind == "σ" and self.at("exponent-sign", n):
            return f(-z)
        if self.at("activation-slope-missing", n):
            return through(y, z, torch.ones_like(z))
        if kind != "relu":
            s = f(y)
            if self.at("activation-slope-of-output", n):
                return through(y, z, s * (1 - s) if kind == "σ" else 1 - s * s)
            for k, slope in enumerate([(1 - y * y) if kind == "σ" else y * (1 - y), 1 - y]):
                if self.at("activation-slope-wrong", n, k):
                    return through(y, z, slope)
        return y

    def mul(self, n, a, b):
        """a * b of single numbers or of equal shapes; wrong rules only by b."""
        if self.at("factor-missing", n, "a"):
            return a.detach() * b.detach() + (a - a.detach()) * b.detach() + (b - b.detach())
        if self.at("operand-swapped", n, "b"):
            k = b.detach()
            return a.detach() * k + (a - a.detach()) * k + k * (b - b.detach())
        return a * b

    def bias(self, n, s, b):
        if self.at("bias-missing", n):
            return s
        return s + b

    def mm(self, n, a, b):
        if a.dim() == 2 and b.dim() == 2 and b.shape[0] == b.shape[1]:
            if self.at("transpose-missing", n, "F"):
                return a @ b.T
            if self.at("transpose-missing", n, "R"):
                y = a.detach() @ b.detach()
                return y + a.detach() @ (b - b.detach()) + (a - a.detach()) @ b.detach().T
        if a.dim() == 2:
            for k in range(a.shape[-1]):
                if self.at("term-missing", n, k):
                    mask = torch.ones(a.shape[-1])
                    mask[k] = 0
                    return (a * mask) @ b
        return a @ b

    def half_squares(self, n, y, t):
        if self.at("target-not-subtracted", n):
            return (y**2).sum() / 2
        if self.at("absolute-for-square", n):
            return (t - y).abs().sum() / 2
        if self.at("square-missing", n):
            return (t - y).sum() / 2
        if self.at("half-missing", n):
            return ((t - y) ** 2).sum()
        return ((t - y) ** 2).sum() / 2

    def mse(self, n, y, t):
        d = (y - t) ** 2
        if self.at("mean-missing", n):
            return d.sum()
        if d.dim() == 2 and self.at("mean-wrong-count", n):
            return d.sum() / d.shape[0]
        if self.at("absolute-for-square", n):
            return (y - t).abs().mean()
        if self.at("two-missing", n):
            e = (y - t).detach()
            return through_sum(d, y, e)
        return d.mean()

    def softmax(self, n, z, axis=-1):
        p = torch.softmax(z, axis)
        if self.at("softmax-diagonal-only", n):
            return through(p, z, p * (1 - p))
        if self.at("softmax-twice", n):
            return torch.softmax(p, axis)
        if self.at("softmax-unnormalized", n):
            return torch.exp(z)
        if self.at("softmax-exp-missing", n):
            return z / z.sum(axis, keepdim=True)
        if z.dim() == 2 and self.at("axis-wrong", n):
            return torch.softmax(z, 1 - axis)
        return p


def through_sum(d, y, slope):
    """mean(d) whose gradient by y is slope / n."""
    return d.mean().detach() + (slope * (y - y.detach())).mean()


# MARK: - Networks: a text of the language, its numbers, and the same computation here


def number(low=-1.2, high=1.2):
    while True:
        x = round(R.uniform(low, high), 2)
        if abs(x) > 0.15:
            return x


def text(t):
    if t.dim() == 0:
        return repr(t.item())
    if t.dim() == 1:
        return "[" + ", ".join(repr(x.item()) for x in t) + "]"
    if t.dim() == 2:
        return "[" + "; ".join(", ".join(repr(x.item()) for x in row) for row in t) + "]"
    return "[" + ", ".join(text(x) for x in t) + "]"


def draw(*shape):
    t = torch.zeros(shape)
    for i in range(t.numel()):
        t.view(-1)[i] = number()
    return t


def scalar_net():
    names = ["x1", "x2", "w1", "w2", "w3", "w4", "b1", "b2", "v1", "v2", "c", "y"]
    given = {n: draw() for n in names}
    kind = R.choice(["σ", "tanh"])
    lines = [
        "z1 = w1*x1 + w2*x2 + b1", f"h1 = {kind}(z1)", "z2 = w3*x1 + w4*x2 + b2",
        f"h2 = {kind}(z2)", "s = v1*h1 + v2*h2 + c", "ŷ = σ(s)", "E = (y - ŷ)**2 / 2",
    ]

    def run(net, p):
        z1 = net.bias("z1", p["w1"] * p["x1"] + p["w2"] * p["x2"], p["b1"])
        h1 = net.act("h1", z1, kind)
        z2 = net.bias("z2", p["w3"] * p["x1"] + p["w4"] * p["x2"], p["b2"])
        h2 = net.act("h2", z2, kind)
        s = net.bias("s", net.mul("s", p["v1"], h1) + p["v2"] * h2, p["c"])
        o = net.act("ŷ", s, "σ")
        return {"s": s, "ŷ": o, "E": net.half_squares("E", o, p["y"])}

    return given, lines, run, ["w1", "b1", "v1"], ["s", "ŷ", "E"]


def dense():
    n, a, h, o = R.choice([2, 3, 4]), R.choice([2, 3]), R.choice([2, 3]), R.choice([2, 3])
    given = {
        "X": draw(n, a), "W1": draw(a, h), "b1": draw(h), "W2": draw(h, o), "b2": draw(o),
        "Y": draw(n, o),
    }
    kind = R.choice(["tanh", "σ", "relu"])
    loss = R.choice(["mse", "half"])
    lines = [
        "Z = X @ W1 + b1", f"H = {kind}(Z)", "O = H @ W2 + b2",
        "E = mse(O, Y)" if loss == "mse" else "E = sum((Y - O)**2) / 2",
    ]

    def run(net, p):
        z = net.bias("Z", net.mm("Z", p["X"], p["W1"]), p["b1"])
        h = net.act("H", z, kind)
        y = net.bias("O", net.mm("O", h, p["W2"]), p["b2"])
        e = net.mse("E", y, p["Y"]) if loss == "mse" else net.half_squares("E", y, p["Y"])
        return {"Z": z, "H": h, "O": y, "E": e}

    return given, lines, run, ["W1", "b1", "W2", "b2"], ["O", "E"]


def classes():
    n, k = R.choice([2, 3]), R.choice([3, 4])
    given = {"x": draw(n), "W": draw(n, k), "b": draw(k)}
    right = R.randrange(k)
    lines = ["z = x @ W + b", "p = softmax(z)", f"E = -log(p[{right}])"]

    def run(net, p):
        z = net.bias("z", p["x"] @ p["W"], p["b"])
        q = net.softmax("p", z)
        index = right
        for other in range(k):
            if other != right and net.at("wrong-class", "E", other):
                index = other
        e = -torch.log(q[index])
        for base in (2, 10):
            if net.at("log-base", "E", base):
                e = e / torch.log(torch.tensor(float(base)))
        return {"z": z, "p": q, "E": e}

    return given, lines, run, ["W", "b", "z"], ["p", "E"]


def recurrent():
    given = {n: draw() for n in ["u", "w", "b", "h0", "x1", "x2", "x3", "y"]}
    lines = []
    for t in (1, 2, 3):
        lines += [f"z{t} = u*x{t} + w*h{t - 1} + b", f"h{t} = tanh(z{t})"]
    lines.append("E = (y - h3)**2 / 2")

    def run(net, p):
        h = torch.zeros(()) if net.at("initial-state-missing", "h0") else p["h0"]
        out = {}
        for t in (1, 2, 3):
            x, w = p[f"x{t}"], p["w"]
            if t > 1 and net.at("input-swapped", f"z{t}"):
                x = p[f"x{t - 1}"]
            if net.at("path-missing", "w", t):
                w = w.detach()
            if t > 1 and net.at("path-missing", f"h{t - 1}"):
                h = h.detach()
            z = net.bias(f"z{t}", p["u"] * x + net.mul(f"z{t}", w, h), p["b"])
            h = net.act(f"h{t}", z, "tanh")
            out[f"h{t}"] = h
        out["E"] = net.half_squares("E", h, p["y"])
        return out

    return given, lines, run, ["u", "w", "b"], ["h3", "E"]


def lstm():
    names = [f"{k}{g}" for g in "figo" for k in "uwb"]
    given = {n: draw() for n in ["x", "h0", "c0", "y"] + names}
    lines = [
        "zf = uf*x + wf*h0 + bf", "f = σ(zf)", "zi = ui*x + wi*h0 + bi", "i = σ(zi)",
        "zg = ug*x + wg*h0 + bg", "g = tanh(zg)", "zo = uo*x + wo*h0 + bo", "o = σ(zo)",
        "c = f*c0 + i*g", "t = tanh(c)", "h = o*t", "E = (y - h)**2 / 2",
    ]

    def run(net, p):
        h0 = torch.zeros(()) if net.at("initial-state-missing", "h0") else p["h0"]
        c0 = torch.zeros(()) if net.at("initial-state-missing", "c0") else p["c0"]
        gate = {}
        for g in "figo":
            z = net.bias(f"z{g}", p["u" + g] * p["x"] + p["w" + g] * h0, p["b" + g])
            gate[g] = net.act(g, z, "tanh" if g == "g" else "σ")
        c = gate["f"] * c0 + net.mul("c", gate["i"], gate["g"])
        t = net.act("t", c, "tanh")
        h = net.mul("h", gate["o"], t)
        return {"c": c, "h": h, "E": net.half_squares("E", h, p["y"])}

    return given, lines, run, ["wf", "ui", "bg", "wo"], ["c", "h", "E"]


def convolution():
    given = {"x": draw(5, 5), "K": draw(2, 2), "b": draw()}
    stride, padding = R.choice([(1, 0), (1, 1), (2, 1)])
    lines = [
        f"c = conv2d(x, K, padding={padding}, stride={stride}) + b", "r = relu(c)",
        "m = max_pool2d(r, 2, stride=1)", "E = sum(m**2) / 2",
    ]

    def run(net, p):
        k = p["K"]
        for how, dims in [("rot180", (0, 1)), ("left-right", (1,)), ("up-down", (0,))]:
            if net.at("kernel-flipped", "c", how):
                k = torch.flip(k, dims)
        pad = 0 if padding and net.at("padding-ignored", "c") else padding
        step = 1 if stride > 1 and net.at("stride-ignored", "c") else stride
        c = torch.nn.functional.conv2d(p["x"][None, None], k[None, None], padding=pad, stride=step)
        c = net.bias("c", c, p["b"])
        r = net.act("r", c, "relu")
        kind = torch.nn.functional.max_pool2d
        if net.at("pooling-kind", "m"):
            kind = torch.nn.functional.avg_pool2d
        m = kind(r, 2, stride=1)
        e = (m**2).mean() / 2 if net.at("mean-extra", "E") else (m**2).sum() / 2
        return {"c": c[0, 0], "m": m[0, 0], "E": e}

    return given, lines, run, ["K", "b", "x"], ["m", "E"]


def normalization():
    n = R.choice([3, 4, 5])
    given = {"x": draw(n), "ε": torch.tensor(0.1), "γ": draw(), "β": draw(), "t": draw(n)}
    lines = [
        "μ = mean(x)", "v = mean((x - μ)**2)", "x̂ = (x - μ) / sqrt(v + ε)", "y = γ*x̂ + β",
        "E = sum((t - y)**2) / 2",
    ]

    def run(net, p):
        x = p["x"]
        m = x.mean()
        if net.at("path-missing", "μ"):
            m = m.detach()
        d = (x - m) ** 2
        v = d.sum() / (n - 1) if net.at("ddof-wrong", "v") else d.mean()
        if net.at("path-missing", "v"):
            v = v.detach()
        root = torch.sqrt(v + p["ε"])
        if net.at("epsilon-missing", "x̂"):
            root = torch.sqrt(v)
        elif net.at("epsilon-misplaced", "x̂"):
            root = torch.sqrt(v) + p["ε"]
        elif net.at("root-missing", "x̂"):
            root = v + p["ε"]
        h = (x - m) / root
        y = net.bias("y", p["γ"] * h, p["β"])
        return {"v": v, "x̂": h, "y": y, "E": net.half_squares("E", y, p["t"])}

    return given, lines, run, ["x", "γ", "β"], ["x̂", "y", "E"]


def attention():
    n, d = R.choice([2, 3]), 2
    given = {"Q": draw(n, d), "K": draw(n, d), "V": draw(n, d), "Y": draw(n, d)}
    lines = [
        "S = Q @ K.T / √2", "A = softmax(S, axis=1)", "O = A @ V", "E = sum((Y - O)**2) / 2",
    ]

    def run(net, p):
        s = p["Q"] @ p["K"].T
        if not net.at("factor-missing", "S", "√2"):
            s = s / (2.0 if net.at("root-missing", "S") else 2.0**0.5)
        a = net.softmax("A", s, 1)
        o = net.mm("O", a, p["V"])
        return {"S": s, "A": a, "O": o, "E": net.half_squares("E", o, p["Y"])}

    return given, lines, run, ["Q", "K", "V"], ["A", "O", "E"]


def adam():
    given = {n: draw() for n in ["w", "g", "m0"]}
    given.update({"η": torch.tensor(0.1), "β1": torch.tensor(0.9), "β2": torch.tensor(0.95)})
    given.update({"s0": torch.tensor(round(R.uniform(0.1, 0.6), 2)), "ε": torch.tensor(0.01)})
    given["t"] = torch.tensor(float(R.choice([2, 3])))
    lines = [
        "m1 = β1*m0 + (1 - β1)*g", "s1 = β2*s0 + (1 - β2)*g**2", "m̂ = m1 / (1 - β1**t)",
        "ŝ = s1 / (1 - β2**t)", "w1 = w - η*m̂ / (sqrt(ŝ) + ε)",
    ]

    def run(net, p):
        one = p["β1"] if net.at("complement-missing", "m1") else 1 - p["β1"]
        m0 = 0 * p["m0"] if net.at("initial-state-missing", "m0") else p["m0"]
        m = p["β1"] * m0 + one * p["g"]
        s0 = 0 * p["s0"] if net.at("initial-state-missing", "s0") else p["s0"]
        g = p["g"] if net.at("square-missing", "s1") else p["g"] ** 2
        s = p["β2"] * s0 + (1 - p["β2"]) * g
        mh = m if net.at("factor-missing", "m̂") else m / (1 - p["β1"] ** p["t"])
        sh = s if net.at("factor-missing", "ŝ") else s / (1 - p["β2"] ** p["t"])
        root = sh if net.at("root-missing", "w1") else torch.sqrt(sh)
        below = root if net.at("epsilon-missing", "w1") else root + p["ε"]
        change = mh if net.at("factor-missing", "w1") else p["η"] * mh
        w = p["w"] + change / below if net.at("term-sign-flipped", "w1") else p["w"] - change / below
        return {"m1": m, "s1": s, "m̂": mh, "ŝ": sh, "w1": w}

    return given, lines, run, [], ["m1", "s1", "m̂", "ŝ", "w1"]


# MARK: - Cases


def typed(x):
    """To four figures."""
    if x == 0:
        return "0"
    s = f"{float(f'{x:.3e}'):.10f}" if 1e-4 <= abs(x) < 1e5 else f"{x:.3e}"
    if "e" in s:
        return s
    import math
    places = max(0, 3 - math.floor(math.log10(abs(float(f'{x:.3e}')))))
    return f"{float(f'{x:.3e}'):.{places}f}"


def rows(t):
    if t.dim() == 0:
        return typed(t.item())
    if t.dim() == 1:
        return "[" + ", ".join(typed(x.item()) for x in t) + "]"
    return "[" + "; ".join(", ".join(typed(x.item()) for x in row) for row in t) + "]"


def answer(given, run, slip, question):
    p = {n: t.clone().requires_grad_(True) for n, t in given.items()}
    net = Net(slip)
    out = run(net, p)
    kind, name = question
    if kind == "value":
        return out[name].detach(), net.sites
    by = p[name] if name in p else out[name]
    g = torch.autograd.grad(out["E"], by, allow_unused=True)[0]
    return (torch.zeros_like(by) if g is None else g), net.sites


def cases(count):
    families = [
        scalar_net, dense, classes, recurrent, lstm, convolution, normalization, attention, adam,
    ]
    made, nets = 0, 0
    while made < count:
        family = families[nets % len(families)]
        given, lines, run, by, values = family()
        nets += 1
        program = "; ".join([f"{n} = {text(t)}" for n, t in given.items()] + lines)
        print(f"net\t{program}")
        questions = [("gradient", n) for n in by] + [("value", n) for n in values]
        found = []
        for question in questions:
            right, sites = answer(given, run, None, question)
            for slip in sorted(set(sites), key=str):
                wrong, _ = answer(given, run, slip, question)
                if wrong.shape != right.shape and question[0] == "gradient":
                    continue
                if not torch.isfinite(wrong).all() or rows(wrong) == rows(right):
                    continue
                # A matrix of one row is written as a vector.
                if wrong.abs().max() < 1e-9 or wrong.dim() > 2 or wrong.dim() == 2 and len(wrong) == 1:
                    continue
                # What differs in the last digit alone leaves little to tell.
                if wrong.shape == right.shape:
                    off = (wrong - right).abs() / right.abs().clamp(min=1e-12)
                    if off.max() < 2e-3:
                        continue
                found.append((question, slip, rows(wrong)))
        R.shuffle(found)
        seen = {}
        chosen = []
        for one in found:
            seen[one[1][0]] = seen.get(one[1][0], 0) + 1
            if seen[one[1][0]] <= 2:
                chosen.append(one)
        # Rules are rarer than steps, and asked for first.
        chosen.sort(key=lambda one: one[0][0] == "value")
        for (kind, name), slip, number in chosen[:16]:
            asked = name if kind == "value" else f"∂E/∂{name}"
            print(f"case\t{asked}\t{number}\t{slip[0]}\t{slip[1]}")
            made += 1


cases(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
