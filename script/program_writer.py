"""Writes random programs that are valid in Python: for script/differential_programs.py.

A program is a list of statements, run one by one in Python while it is written, so that the next
statement can be drawn from what can be done to the values the program holds at that moment. The
statements stand in script/programs.
"""

import contextlib
import glob
import io
import os
import random
import re
import warnings

import numpy as np

warnings.simplefilter("ignore")
np.seterr(all="ignore")
np.set_printoptions(legacy="1.25", threshold=10**6, suppress=True, precision=8)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
IMPORTS = {"python": [], "lists": ["import math\n"], "numpy": ["import numpy as np\n"], "torch": ["import torch\n"]}


class Invalid(Exception):
    """The statement cannot be run here: another one is drawn."""


def joined(statements):
    return "".join(s if s.endswith("\n") else s + "\n" for s in statements)


def run_python(statements):
    """What statements print in Python, or None where one fails."""
    output = io.StringIO()
    space = {"__name__": "__main__"}
    try:
        with contextlib.redirect_stdout(output):
            for statement in statements:
                exec(compile(statement, "<program>", "exec"), space)
    except Exception:
        return None
    return output.getvalue()


class Program:
    """Statements that have been run, the names they made and what they printed."""

    def __init__(self, mode):
        self.statements = []
        self.begin_again()
        for statement in IMPORTS[mode]:
            self.add(statement)

    def begin_again(self):
        self.space = {"__name__": "__main__"}
        self.output = io.StringIO()

    def execute(self, statement):
        code = compile(statement, "<program>", "exec")
        with contextlib.redirect_stdout(self.output):
            exec(code, self.space)
        if " at 0x" in self.output.getvalue():
            raise ValueError("an address was printed")

    def add(self, statement):
        try:
            self.execute(statement)
        except Exception as error:
            # What it changed before it failed must not stay.
            self.begin_again()
            for earlier in self.statements:
                self.execute(earlier)
            raise Invalid(str(error)) from None
        self.statements.append(statement)


# What a name may stand for.


def is_torch(value):
    return type(value).__module__.startswith("torch") and hasattr(value, "requires_grad")


def is_array(value):
    return isinstance(value, np.ndarray) and value.ndim > 0


def is_number(value):
    return type(value) in (int, float)


def is_flat(value):
    return isinstance(value, list) and all(is_number(v) for v in value)


def is_items(value):
    kinds = (list, np.ndarray)
    return isinstance(value, list) and any(isinstance(v, kinds) for v in value)


def is_any(value):
    return isinstance(value, (list, dict)) or is_array(value) or is_torch(value)


def is_other(value):
    return is_array(value) or is_number(value)


def is_tensor(value):
    return (
        is_torch(value)
        and value.is_floating_point()
        and not value.requires_grad
        and value.dim() > 0
    )


def is_leaf(value):
    return is_torch(value) and value.requires_grad and value.is_leaf and value.dim() > 0


def is_shown(value):
    kinds = (int, float, bool, str, list, tuple, dict, np.generic, np.ndarray)
    return isinstance(value, kinds) or is_torch(value)


KINDS = {
    "flat": is_flat,
    "items": is_items,
    "array": is_array,
    "number": is_number,
    "other": is_other,
    "any": is_any,
    "tensor": is_tensor,
    "leaf": is_leaf,
    "shown": is_shown,
    "dict": lambda v: isinstance(v, dict),
    "text": lambda v: isinstance(v, str),
}


def is_too_large(value):
    """Numbers stay such that every printed form shows them wholly."""
    if is_number(value):
        return not abs(value) < 10**6
    if is_array(value):
        return value.size > 64 or not np.all(np.abs(value) < 10**6)
    if is_torch(value):
        return value.numel() > 64 or not bool((value.detach().float().abs() < 10**6).all())
    if isinstance(value, (list, str, dict)):
        return len(value) > 24 or len(repr(value)) > 500
    return False


# The statements.


def read_statements(mode):
    """Sections of script/programs as (statements, weights)."""
    if mode == "lists":
        return read_statements("python")
    sections = {}
    for path in sorted(glob.glob(os.path.join(FOLDER, mode + "*.txt"))):
        with open(path, encoding="utf8") as file:
            lines = file.read().split("\n")
        for line in lines:
            if line.startswith("## "):
                name, weight = line[3:].split()
                current = sections[name] = [[], int(weight)]
            elif line == "= python":
                current[0] = dict(read_statements("python"))[name][0]
            elif line.startswith("| "):
                current[0][-1] += "\n" + line[2:]
            elif line.strip() and not line.startswith("#"):
                current[0].append(line)
    return list(sections.items())


def is_of(kind, value):
    try:
        return KINDS[kind](value)
    except RuntimeError:
        # PyTorch refuses to say anything about a view made under no_grad whose base changed.
        return False


class Writer:
    """One program from one seed."""

    sections = {}

    def __init__(self, seed, mode):
        self.random = random.Random(seed)
        self.program = Program(mode)
        self.bound = 0
        if mode not in Writer.sections:
            Writer.sections[mode] = [section for _, section in read_statements(mode)]
        self.alternatives = [s[0] for s in Writer.sections[mode]]
        self.weights = [s[1] for s in Writer.sections[mode]]

    def write(self):
        length = self.random.randint(4, 14)
        for _ in range(length * 12):
            if length == 0:
                break
            template = self.random.choice(self.random.choices(self.alternatives, self.weights)[0])
            with contextlib.suppress(Invalid):
                self.program.add(self.filled(template))
                if any(is_too_large(v) for k, v in self.program.space.items() if k[0] != "_"):
                    raise OverflowError
                length -= 1
                if self.random.random() < 0.25:
                    self.program.add(self.show())
        for name in sorted(self.names("shown")):
            with contextlib.suppress(Invalid):
                self.program.add(f"print({name!r}, {name})")
        return self.program.statements, self.program.output.getvalue()

    def names(self, kind):
        return [k for k, v in self.program.space.items() if k[0] != "_" and is_of(kind, v)]

    def name(self, kind):
        found = self.names(kind)
        if not found:
            raise Invalid("nothing of that kind")
        return self.random.choice(found)

    def new(self, letter="v"):
        self.bound += 1
        if letter == "v" and self.random.random() < 0.5:
            return self.random.choice("xyzwabq")
        return f"{letter}{self.bound}"

    def number(self):
        n = self.random.randint(-3, 5)
        if self.random.random() < 0.6:
            return str(n)
        return f"{n}.5" if n >= 0 else f"({n}.5)"

    def numbers(self, count):
        whole = self.random.random() < 0.5
        draw = (lambda: str(self.random.randint(-3, 5))) if whole else self.number
        return ", ".join(draw() for _ in range(count))

    def floats(self, count):
        r = self.random
        return ", ".join(f"{r.randint(-3, 5)}.{r.choice('05')}" for _ in range(count))

    def thing(self):
        if self.random.random() < 0.5:
            return self.random.choice([self.number(), f"[{self.numbers(2)}]", "'t'"])
        return self.name("any")

    def filled(self, template):
        """The template with its places filled: a name stands for the same wherever it stands."""
        bound = {}

        def count(text):
            return int(bound.setdefault("n", self.random.randint(1, 4)) if text == "n" else text)

        def fill(match):
            place = match.group(1)
            kind, _, argument = place.partition(":")
            if place in bound:
                return str(bound[place])
            if kind == "k":
                return self.number()
            if kind == "p":
                return str(self.random.randint(1, 4))
            if kind == "ks":
                return self.numbers(count(argument))
            if kind == "fs":
                return self.floats(count(argument))
            if kind == "op":
                return self.random.choice(["+=", "-=", "*=", "+="])
            if kind == "thing":
                return self.thing()
            bound[place] = self.bind(kind, bound)
            return str(bound[place])

        while "«" in template:
            template = re.sub(
                r"«([^«»]*)»", lambda m: self.random.choice(m.group(1).split("¦")), template
            )
        return re.sub(r"‹([^›]*)›", fill, template)

    def bind(self, kind, bound):
        if kind in ("new", "f", "C"):
            return self.new({"new": "v", "f": "f", "C": "C"}[kind])
        if kind in "ij":
            first = next(
                (
                    self.program.space[v]
                    for k, v in bound.items()
                    if k not in ("n", "new") and v in self.program.space
                ),
                [0, 0],
            )
            length = len(first) if hasattr(first, "__len__") else 1
            return self.random.randrange(max(1, length))
        if kind == "n":
            return self.random.randint(1, 4)
        if kind == "key":
            keys = list(self.program.space[bound["dict"]])
            if not keys:
                raise Invalid("an empty dictionary")
            return repr(self.random.choice(keys))
        return self.name(kind.rstrip("0123456789"))

    def show(self):
        """A statement that prints something in one of the ways there are."""
        name = self.name("shown")
        value = self.program.space[name]
        forms = [f"print({name})"]
        if is_array(value) or (is_torch(value) and value.dim() > 0):
            forms += [f"print({name}.shape)", f"print({name}.sum())"]
        if isinstance(value, (list, str, dict)):
            forms.append(f"print(len({name}))")
        if isinstance(value, float):
            forms += [
                f'print(f"{{{name}:.2f}}")',
                f'print("%.3f" % {name})',
                f'print("{{:.1f}}".format({name}))',
            ]
        if type(value) is int:
            forms += [
                f'print(f"{{{name}}}")',
                f'print("%d!" % {name})',
                f'print("{{:4d}}.".format({name}))',
                f"print(str({name}) + 'k')",
            ]
        return self.random.choice(forms)


def write_program(seed, mode):
    """Statements and what they print in Python; None where numbers got out of hand."""
    try:
        return Writer(seed, mode).write()
    except (OverflowError, RecursionError, MemoryError):
        return None
