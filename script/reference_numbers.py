#!/usr/bin/env python3
"""Writes Tests/LibraryTests/Fixtures/numbers.json: numbers as CPython and NumPy write them.

`formats`: [number, kind, specification, text], what `format(number, specification)` gives; nothing as
specification is what `print` writes. `arrays`: [numbers, the numbers that NumPy prints of them].
Run with a Python of 3.11 or newer that has NumPy; the tests read the file alone."""
import json
import math
import pathlib
import random
import re

import numpy

random.seed(11)

REAL = ["", ".2f", ".0f", ".4f", "8.3f", "<9.1f", "^12.4f", "+.3f", " .2f", "08.2f", "*>12.3f", "x<+9.2f",
        "012,.2f", ",.1f", "_.3f", ".3e", ".0e", "12.4e", "E", ".2E", "g", ".3g", ".10g", "G", "#.3g", "#.0f",
        ".1%", "%", "8.0%", ".3", ".1", ".6", ".17", "10", "<10", "^10", "010", "+", "z.1f", "=+10.2f", "n", ",",
        "F", "<010.1f", "*^+14.2e"]
WHOLE = ["", "d", "5d", "<6d", "^7d", "05d", "+d", " d", ",", "_", ",d", "010,", "x", "X", "o", "b", "#x", "#b",
         "_b", "#010x", "*>8", ".2f", "e", ".1%", "=+8", "n", "c", "012_b", "08,", "+,", "g"]


def reals():
    yield from (0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, 0.125, 0.375, 2.675, 1.005, 0.285, 5.1, 1 / 3, 2 / 3, 0.1 + 0.2,
                1e-4, 9.9999e-5, 1e-5, 1.5e-5, 1e15, 1e16, 123456789012345678.0, 9999999999999998.0, 1e17, 1e22, 1e23,
                5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, math.pi, math.e, 99.995, 999999.5, 0.99999,
                math.inf, -math.inf, math.nan, 1e100, 4503599627370497.5, 0.045, 0.35 * 0.7, 1234567.891, 12345.0)
    for _ in range(500):
        yield round(random.uniform(-10, 10), random.randint(0, 6))
    for _ in range(500):
        yield random.gauss(0, 1) * 10.0 ** random.randint(-6, 6)
    for _ in range(300):
        # Ties of binary and of decimal fractions.
        yield random.randint(-4000, 4000) / 2 ** random.randint(1, 8)
    for _ in range(300):
        yield random.uniform(-1, 1) * 10.0 ** random.randint(-320, 308)


def wholes():
    yield from (0, 1, -1, 7, 10, 255, 999, 1000, -1000, 65535, 1234567, -98765432, 10**12, 2**53)
    for _ in range(300):
        yield random.randint(-10 ** random.randint(1, 12), 10 ** random.randint(1, 12))


def formats():
    for kind, numbers, specifications in (("float", reals(), REAL), ("int", wholes(), WHOLE)):
        for index, number in enumerate(numbers):
            chosen = specifications if index < 20 else ["", random.choice(specifications)]
            for specification in dict.fromkeys(chosen):
                try:
                    yield [repr(number), kind, specification, format(number, specification)]
                except (ValueError, OverflowError):
                    # Some characters do not exist.
                    continue
    for truth in (True, False):
        for specification in ("", "d", "5", "<7", "05", "x", ".1f", "+"):
            yield [str(truth), "bool", specification, format(truth, specification)]


def array():
    size = random.randint(1, 6)
    kind = random.randint(0, 4)
    if kind == 0:
        return [round(random.uniform(-5, 5), random.randint(0, 3)) for _ in range(size)]
    if kind == 1:
        return [random.gauss(0, 1) for _ in range(size)]
    if kind == 2:
        return [random.random() for _ in range(size)]
    if kind == 3:
        return [random.gauss(0, 1) * 10.0 ** random.randint(-8, 8) for _ in range(size)]
    return [random.gauss(0, 1) * 1e-3 for _ in range(size)]


def arrays():
    for _ in range(400):
        numbers = array()
        text = numpy.array2string(numpy.array(numbers), max_line_width=10_000)
        yield [numbers, [float(x) for x in re.findall(r"[^\s\[\]]+", text)]]


path = pathlib.Path(__file__).parents[1] / "Tests/LibraryTests/Fixtures/numbers.json"
rows = {"formats": list(formats()), "arrays": list(arrays())}
lines = [f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in part) + "\n]" for name, part in rows.items()]
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
print({name: len(part) for name, part in rows.items()})
