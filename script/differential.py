#!/usr/bin/env python3
"""Random programs that are valid both in nabla's language and in Python with NumPy must agree in
value, shape, kind of number and kind of error.

    script/differential.py --binary .build/release/nabla --count 10000 --seed 1

A program assigns a few names and ends in one expression. In Python every list of numbers is an
array and every number a NumPy scalar, which is what they are here. Left out, because the language
differs on purpose: division of integers by zero (inf, as in PyTorch), integers to negative powers
(real), and changes of an array that another name shares.
"""

import argparse
import collections
import json
import random
import subprocess
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")
np.seterr(all="ignore")


def number(value):
    """A literal of the language as NumPy sees it."""
    return np.int64(value) if isinstance(value, int) else np.float64(value)


NAMES = {
    "A": lambda items: np.array(items),
    "N": number,
    "exp": np.exp, "tanh": np.tanh, "sqrt": np.sqrt, "abs": np.abs, "sin": np.sin, "cos": np.cos,
    "maximum": np.maximum, "minimum": np.minimum, "where": np.where, "floor": np.floor,
    "sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "argmax": np.argmax,
    "argmin": np.argmin, "prod": np.prod, "reshape": np.reshape, "transpose": np.swapaxes,
    "range": range, "len": len, "float": float, "int": int, "str": str,
}


class Generator:
    """Writes the same program twice: for here and for Python."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = {}

    def pick(self, *choices):
        return self.random.choice(choices)

    # An expression is a pair (text here, text in Python) with a guess of its rank.

    def scalar(self):
        if self.random.random() < 0.5:
            value = self.random.randint(0, 9)
            text = str(value)
        else:
            text = f"{self.random.uniform(0, 4):.{self.random.randint(1, 3)}f}"
        sign = self.pick("", "", "-")
        if sign:
            return (f"(-{text})", f"(-N({text}))"), 0
        return (text, f"N({text})"), 0

    def array(self, sizes):
        if not sizes:
            real = self.random.random() < 0.5
            value = self.random.uniform(-3, 3)
            return f"{value:.2f}" if real else str(self.random.randint(-4, 6))
        return "[" + ", ".join(self.array(sizes[1:]) for _ in range(sizes[0])) + "]"

    def literal(self, rank):
        if rank == 0:
            return self.scalar()
        # Mostly sizes that fit each other, so that most programs get far.
        sizes = [2, 3, 3][-rank:] if rank < 3 else [2, 3, 3]
        if self.random.random() < 0.15:
            sizes = [self.pick(1, 1, 2, 3) for _ in range(rank)]
        text = self.array(sizes)
        return (text, f"A({text})"), rank

    def name(self, rank):
        fitting = [name for name, known in self.names.items() if known == rank]
        if fitting and self.random.random() < 0.8:
            name = self.random.choice(fitting)
            return (name, name), rank
        return self.literal(rank)

    def expression(self, depth, rank=None):
        if rank is None:
            rank = self.pick(0, 0, 1, 1, 2, 2, 3)
        if depth <= 0:
            return self.name(rank)
        makers = [
            self.binary, self.binary, self.binary, self.unary, self.function, self.comparison,
            self.conditional, self.reduction, self.index, self.product, self.where, self.power,
            self.shaped, self.comprehension, self.floored,
        ]
        return self.random.choice(makers)(depth - 1, rank)

    def join(self, pattern, *parts):
        return tuple(pattern.format(*(part[side] for part in parts)) for side in (0, 1))

    def binary(self, depth, rank):
        other = self.pick(rank, rank, 0, max(rank - 1, 0))
        a, _ = self.expression(depth, rank)
        b, _ = self.expression(depth, other)
        if self.random.random() < 0.3:
            a, b = b, a
        sign = self.pick("+", "-", "*", "+", "-", "*", "/")
        if sign == "/":
            b = self.join("(abs({}) + {})", b, ("1", "N(1)"))
        return self.join("({} " + sign + " {})", a, b), rank

    def floored(self, depth, rank):
        a, _ = self.expression(depth, rank)
        divisor = self.pick("2", "3", "1.5", "-2", "-0.7")
        sign = self.pick("//", "%")
        text = (divisor, f"N({divisor})")
        return self.join("({} " + sign + " {})", a, text), rank

    def power(self, depth, rank):
        a, _ = self.expression(depth, rank)
        exponent = self.pick("2", "3", "0", "1")
        if self.random.random() < 0.3:
            a = self.join("({} + {})", self.join("abs({})", a), ("0.5", "N(0.5)"))
            exponent = self.pick("0.5", "-1", "-1.5", "2")
        return self.join("{}**{}", self.join("({})", a), (exponent, f"N({exponent})")), rank

    def unary(self, depth, rank):
        a, _ = self.expression(depth, rank)
        return self.join(self.pick("(-{})", "(+{})"), self.join("({} + {})", a, ("0", "N(0)"))), rank

    def function(self, depth, rank):
        # NumPy computes functions of truth values in half precision.
        a = self.join("({} + {})", self.expression(depth, rank)[0], ("0", "N(0)"))
        name = self.pick("tanh", "abs", "sin", "cos", "exp", "sqrt")
        if name == "exp":
            a = self.join("tanh({})", a)
        if name == "sqrt":
            a = self.join("abs({})", a)
        return self.join(name + "({})", a), rank

    def comparison(self, depth, rank):
        a, _ = self.expression(depth, rank)
        b, _ = self.expression(depth, self.pick(rank, 0))
        sign = self.pick("<", "<=", ">", ">=", "==", "!=")
        return self.join("({} " + sign + " {})", a, b), rank

    def conditional(self, depth, rank):
        test, _ = self.comparison(0, 0 if self.random.random() < 0.95 else 1)
        a, _ = self.expression(depth, rank)
        b, _ = self.expression(depth, rank)
        if self.random.random() < 0.3:
            test = self.join("not {}", test)
        return self.join("({} if {} else {})", a, test, b), rank

    def reduction(self, depth, rank):
        a, _ = self.expression(depth, min(rank + 1, 3))
        name = self.pick("sum", "mean", "max", "min", "sum", "argmax", "argmin")
        a = self.join("({} * {})", a, ("1.0", "N(1.0)"))
        axis = self.pick("", ", axis=0", ", axis=-1", ", axis=1") if rank else ""
        if self.random.random() < 0.15 and not name.startswith("arg") and axis:
            axis += ", keepdims=True"
        method = self.random.random() < 0.3
        if method:
            return self.join("{}." + name + "(" + axis[2:] + ")", a), rank if axis else 0
        return self.join(name + "({}" + axis + ")", a), rank if axis else 0

    def index(self, depth, rank):
        a, _ = self.name(min(rank + 1, 3))
        items = [self.pick("0", "1", "-1", "1")]
        while self.random.random() < 0.4 and len(items) <= rank:
            items.append(self.pick(
                "0", "-1", ":", "1:", ":2", "::2", "::-1", "-2:", "...", "None", "5:", "1:1"))
        self.random.shuffle(items)
        if items.count("...") > 1:
            items = ["..."] + [item for item in items if item != "..."]
        return self.join("{}[" + ", ".join(items) + "]", a), rank

    def product(self, depth, rank):
        a, _ = self.expression(depth, self.pick(1, 2, 2))
        b, _ = self.expression(depth, self.pick(1, 2, 2))
        # The product of truth values is one again in NumPy.
        a, b = (self.join("({} + {})", side, ("0", "N(0)")) for side in (a, b))
        transposed = self.random.random()
        if transposed < 0.3:
            a = self.join("{}.T", a)
        return self.join("({} @ {})", a, b), rank

    def where(self, depth, rank):
        test, _ = self.comparison(depth, rank)
        a, _ = self.expression(depth, rank)
        b, _ = self.expression(depth, self.pick(rank, 0))
        name = self.pick("where({}, {}, {})", "maximum({1}, {2})", "minimum({1}, {2})")
        return self.join(name, test, a, b), rank

    def shaped(self, depth, rank):
        a, _ = self.expression(depth, self.pick(1, 2))
        sizes = self.pick("(-1,)", "(3, -1)", "(-1, 1)", "(-1, 3)", "(1, -1)", "(2, 2)")
        return self.join("reshape({}, " + sizes + ")", a), rank

    def comprehension(self, depth, rank):
        count = self.random.randint(1, 4)
        body, _ = self.scalar()
        sign = self.pick("+", "*", "-")
        test = self.pick("", "", " if i != 1", " if i % 2 == 0")
        pattern = "[{} " + sign + f" i for i in range({count}){test}]"
        here, python = self.join(pattern, body)
        if test and count == 1:
            return self.literal(1)
        return (here, f"A({python})"), 1

    def program(self):
        lines = []
        for position in range(self.random.randint(1, 4)):
            form = self.random.random()
            rank = self.pick(0, 1, 1, 2, 2, 3)
            value, rank = self.expression(self.random.randint(0, 2), rank)
            name = "abcd"[position]
            if form < 0.1 and position > 0:
                known = self.random.choice(list(self.names))
                step, _ = self.expression(1, self.names[known])
                sign = self.pick("+", "-", "*")
                # In NumPy an augmented assignment changes the array in place, kind and all.
                lines.append(self.join(f"{known} = {known} {sign} ({{}})", step))
                continue
            if form < 0.2:
                body, _ = self.expression(1, rank)
                lines.append(self.join(f"def f{position}(x, y=2): return (x * y) + ({{}})", body))
                lines.append(self.join(f"{name} = f{position}({{}})", value))
            elif form < 0.3:
                count = self.random.randint(0, 4)
                lines.append((f"{name} = 0", f"{name} = N(0)"))
                lines.append(self.join(f"for k in range({count}): {name} = {name} + k * ({{}})", value))
            else:
                lines.append(self.join(f"{name} = {{}}", value))
            self.names[name] = rank
        result, _ = self.expression(self.random.randint(1, 3))
        here = ";\n".join(line[0] for line in lines) + ";\n" + result[0]
        return here, "\n".join(line[1] for line in lines), result[1]


# What NumPy calls a mistake, and what it is called here.
ERRORS = {
    "IndexError": {"bad-index", "bad-axis", "not-indexable"},
    "AxisError": {"bad-axis", "bad-index"},
    "ValueError": {
        "shape-mismatch", "ambiguous-truth", "bad-axis", "bad-size", "bad-index", "empty-reduction"},
    "TypeError": {
        "wrong-kind", "wrong-operands", "not-a-number", "not-indexable", "bad-index",
        "shape-mismatch", "unknown-attribute"},
}


def run_python(setup, result):
    names = dict(NAMES)
    try:
        exec(setup, names)
        return np.asarray(eval(result, names)), None
    except Exception as error:
        return None, "left out" if "numpy boolean" in str(error) else type(error).__name__


def run_here(binary, programs):
    """The JSON answer of every program; after an error the rest is started anew."""
    answers = []
    while len(answers) < len(programs):
        rest = programs[len(answers):][:100]
        command = [binary, "--format", "json"]
        for program in rest:
            command += ["-e", program]
        done = subprocess.run(command, capture_output=True, text=True)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        if not lines or (len(lines) < len(rest) and "error" not in lines[-1]):
            sys.exit(f"no answer to:\n{rest[len(lines)]}\n{done.stderr}")
        answers += lines
    return answers


def as_number(value):
    words = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}
    if isinstance(value, list):
        return [as_number(item) for item in value]
    return words.get(value, value) if isinstance(value, str) else value


KINDS = {"float64": "f", "int64": "i", "bool": "b"}


def difference(answer, value, error):
    """What is different, or None."""
    # Here truth values count as numbers, and a scalar has no axis at all.
    if error == "left out" or "a scalar has no axis" in answer.get("error", {}).get("message", ""):
        return None
    if error is not None:
        if "error" not in answer:
            return f"Python raises {error}, here {answer}"
        expected = ERRORS.get(error, set())
        code = answer["error"]["code"]
        return None if code in expected else f"Python raises {error}, here {code}"
    if "error" in answer:
        return f"Python gives {value.tolist()}, here {answer['error']}"
    if "shape" not in answer:
        return None if value.size == 0 else f"Python gives {value.tolist()}, here {answer}"
    if value.dtype.kind == "b" and answer["dtype"] == "int64":
        return None
    if answer["shape"] != list(value.shape):
        return f"shape {list(value.shape)} in Python, here {answer['shape']}"
    if value.size and KINDS.get(answer["dtype"]) != value.dtype.kind:
        return f"kind {value.dtype} in Python, here {answer['dtype']}"
    here = np.array(as_number(answer["value"]), dtype=float)
    if here.shape != value.shape:
        here = here.reshape(value.shape)
    if np.allclose(here, value.astype(float), rtol=1e-9, atol=1e-12, equal_nan=True):
        return None
    return f"Python gives {value.tolist()}, here {answer['value']}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    programs = [Generator(options.seed * 1_000_000 + n).program() for n in range(options.count)]
    answers = run_here(options.binary, [program[0] for program in programs])
    failures, errors = 0, collections.Counter()
    for number, ((here, setup, result), answer) in enumerate(zip(programs, answers)):
        value, error = run_python(setup, result)
        errors[error or "none"] += 1
        what = difference(answer, value, error)
        if what:
            failures += 1
            if failures <= 20:
                print(f"--- program {number}: {what}\n{here}\n")
    print(f"{options.count} programs, seed {options.seed}: {options.count - failures} agree "
          f"(mistakes among them: {dict(errors)}), {failures} differ")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
