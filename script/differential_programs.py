#!/usr/bin/env python3
"""Random small programs of Python with NumPy (or PyTorch) must print the same numbers here, or the
program must say that it does not: an error or a notice. A difference without a word is a failure.

    script/differential_programs.py --binary .build/release/nabla --count 20000 --seed 1
    script/differential_programs.py --binary … --mode torch --count 5000 --findings findings.md

Modes: statements of Python alone, the same after an import (where brackets make Python's lists),
NumPy, PyTorch. Names for one thing, views, changes in place, lists, dictionaries, classes, closures, default
arguments, loops, unpacking, comprehensions and text are drawn from script/programs. What is printed
is compared word by word and number by number (brackets, commas and spacing are not: tensors are
laid out differently on purpose). What was printed before an error counts too.

Programs are run in bundles of --bundle, and again one by one where a bundle differs. Failures are
shortened by leaving out statements, grouped by their last statement, and written to --findings.
Exit code 1 when one differs silently. Needs NumPy, and PyTorch for --mode torch.
"""

import argparse
import collections
import concurrent.futures
import math
import os
import re
import subprocess
import sys
import tempfile

from program_writer import joined, run_python, write_program

WORD = re.compile(r"[-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[^\W\d]\w*")
LAYOUT = {
    "tensor",
    "array",
    "requires_grad",
    "dtype",
    "torch",
    "float32",
    "float64",
    "int64",
    "grad_fn",
    "Parameter",
    "containing",
    "Size",
}
NOTICE = re.compile(r"^(?:warning|notice|note)\b", re.MULTILINE)
MARK = "#-#-#"


def words(text):
    """The words and numbers of what was printed, without what only a library's layout prints."""
    text = re.sub(r"\[\]\s+shape \[[\d, ]*\]|\[\], shape=\([\d, ]*\)", "[]", text)
    text = re.sub(r"grad_fn=<\w+>|dtype=[\w.]+|requires_grad=True", "", text)
    found = []
    for match in WORD.finditer(text):
        word = match.group().replace("−", "-")
        if word in LAYOUT:
            continue
        try:
            found.append(float(word))
        except ValueError:
            found.append({"True": 1.0, "False": 0.0, "inf": math.inf}.get(word, word))
    return found


def agree(expected, actual, begins=False):
    """Whether both say the same; with `begins`, whether the second is how the first begins."""
    a, b = words(expected), words(actual)
    if len(b) > len(a) or (len(a) != len(b) and not begins):
        return False
    for x, y in zip(a, b):
        if isinstance(x, str) or isinstance(y, str):
            if x != y:
                return False
        elif not (x == y or (x != x and y != y) or abs(x - y) <= 6e-5 * max(1, abs(x))):
            return False
    return True


def verdict(expected, output, errors, code):
    """same, said, silent or crash."""
    if code < 0 or code in (132, 133, 134, 139) or "nternal error" in errors:
        return "crash"
    if code == 0 and agree(expected, output):
        return "same"
    if NOTICE.search(errors) or (code != 0 and agree(expected, output, begins=True)):
        return "said"
    return "silent"


class Runner:
    def __init__(self, binary, seconds):
        self.binary = os.path.abspath(binary)
        self.seconds = seconds

    def run(self, text):
        """From a file: a script from a pipe shows the values of its expressions, as the shell."""
        with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf8") as file:
            file.write(text)
            file.flush()
            try:
                done = subprocess.run(
                    [self.binary, "run", file.name],
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=self.seconds,
                    check=False,
                )
                return done.stdout, done.stderr, done.returncode
            except subprocess.TimeoutExpired:
                return "", "no end", 124

    def examine(self, programs):
        """(verdict, output, errors) of each (statements, what Python prints)."""
        results = [None] * len(programs)
        output, _, code = self.run(f"print({MARK!r})\n".join(joined(s) for s, _ in programs))
        parts = output.split(MARK + "\n")
        if code == 0 and len(parts) == len(programs):
            for i, part in enumerate(parts):
                if agree(programs[i][1], part):
                    results[i] = ("same", part, "")
        for i, (statements, expected) in enumerate(programs):
            if results[i] is None:
                output, errors, code = self.run(joined(statements))
                results[i] = (verdict(expected, output, errors, code), output, errors)
        return results

    def shortened(self, statements, wanted):
        """Leaves out statements for as long as the verdict stays."""
        current, size = list(statements), max(1, len(statements) // 2)
        while size >= 1:
            i = 0
            while i < len(current):
                candidate = current[:i] + current[i + size :]
                expected = run_python(candidate) if candidate else None
                if (
                    expected is not None
                    and verdict(expected, *self.run(joined(candidate))) == wanted
                ):
                    current = candidate
                else:
                    i += size
            size = size // 2
        return current


def bundles(options, modes):
    """Bundles of (seed, mode, statements, output), all of one mode."""
    seed, made = options.seed * 10**7, 0
    while made < options.count:
        bundle, mode = [], modes[made // options.bundle % len(modes)]
        while len(bundle) < options.bundle:
            seed += 1
            program = write_program(seed, mode)
            if program is not None:
                bundle.append((seed, mode, *program))
        made += len(bundle)
        yield bundle


def run_all(options, modes, runner):
    """Runs everything; gives the tally, the failures and what was said how often."""
    tally, said, failures = collections.Counter(), {}, []

    def judged(bundle):
        return bundle, runner.examine([(s, o) for _, _, s, o in bundle])

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting, source = collections.deque(), bundles(options, modes)
        while True:
            while len(waiting) < 2 * options.jobs and (bundle := next(source, None)):
                waiting.append(pool.submit(judged, bundle))
            if not waiting:
                return tally, failures, said
            bundle, results = waiting.popleft().result()
            for (seed, mode, statements, _), (kind, _, errors) in zip(bundle, results):
                tally[kind] += 1
                if kind in ("silent", "crash"):
                    failures.append((kind, mode, seed, statements))
                elif kind == "said":
                    line = next((l for l in errors.split("\n") if l.strip()), "")
                    line = re.sub(r"'[^']*'", "'…'", re.sub(r"\d+", "n", line))[:110]
                    count, example = said.get(line, (0, f"{mode} {seed}"))
                    said[line] = (count + 1, example)
            if sum(tally.values()) % 2000 < options.bundle:
                print(dict(tally), file=sys.stderr)


def grouped(failures, runner):
    """Shortened failures by kind and last statement, the largest group first."""
    groups = collections.defaultdict(list)
    for kind, mode, seed, statements in failures:
        small = runner.shortened(statements, kind)
        last = [s for s in small if not s.startswith(("print(", "import"))] or small
        shape = re.sub(r"\d+(\.\d+)?", "n", last[-1])
        shape = re.sub(r"\b(?:[xyzwabq]|[vfC]n)\b", "·", shape)
        groups[(kind, shape)].append((mode, seed, small))
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def write_findings(path, heading, groups, said, runner):
    with open(path, "w", encoding="utf8") as file:
        file.write(f"# {heading}\n")
        for (kind, _), cases in groups:
            mode, seed, small = min(cases, key=lambda case: len(joined(case[2])))
            output, errors, code = runner.run(joined(small))
            file.write(
                f"\n## {kind} ×{len(cases)} ({mode}, seed {seed})\n\n"
                f"```python\n{joined(small)}```\n\n"
                f"Python: `{(run_python(small) or '').strip()}`\n\n"
                f"here: `{output.strip()}` {errors.strip()[:300]} (exit {code})\n"
            )
        file.write("\n# Said (first line of standard error, a seed)\n\n")
        for line, (count, example) in sorted(said.items(), key=lambda item: -item[1][0]):
            file.write(f"- {count} × {line} ({example})\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--binary", default=".build/release/nabla")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=["python", "lists", "numpy", "torch", "all"], default="all")
    parser.add_argument("--bundle", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--findings", help="where to write the shortened failures")
    parser.add_argument("--shorten", type=int, default=60, help="how many failures to shorten")
    parser.add_argument("--show", type=int, help="print the program of this seed and end")
    options = parser.parse_args()
    modes = ["python", "lists", "numpy", "torch"] if options.mode == "all" else [options.mode]
    if "torch" in modes:
        import torch

        torch.set_printoptions(sci_mode=False, threshold=10**6)
        torch.set_num_threads(1)
    if options.show is not None:
        statements, expected = write_program(options.show, modes[0])
        print(joined(statements) + "# prints\n" + expected)
        return 0
    runner = Runner(options.binary, options.seconds)
    tally, failures, said = run_all(options, modes, runner)
    heading = f"{sum(tally.values())} programs: " + ", ".join(
        f"{count} {kind}" for kind, count in sorted(tally.items())
    )
    print(heading)
    groups = grouped(failures[: options.shorten], runner)
    for (kind, shape), cases in groups:
        print(f"{kind} ×{len(cases)}: {shape!r} ({cases[0][0]} {cases[0][1]})")
    if options.findings:
        write_findings(options.findings, heading, groups, said, runner)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
