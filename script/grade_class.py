#!/usr/bin/env python3
"""Grades a class made from the example submissions, hostile ones among them, and compares.

    script/grade_class.py --binary .build/release/nabla [--count 1000] [--hostile 100] [--seed 1]

Students mix the answers of the examples, in any order, with seeds. The honest students' lines must be
the same byte for byte with and without the hostile files, in another order, with one process and two,
and with the kernels of another processor. Prints the seconds of each run; exits 1 where lines differ
or the first run took longer than --seconds.
"""
import argparse
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOMEWORK = {
    "backprop": "lessons/homework/01-backprop-by-hand.md",
    "softmax": "lessons/homework/02-softmax-and-xor.md",
}


def answers(path):
    text = path.read_text(encoding="utf-8")
    return dict(re.findall(r"```answer (\w+)\n(.*?)```", text, re.S))


def submission(student, chosen):
    blocks = "\n".join(f"```answer {q}\n{a}```\n" for q, a in chosen)
    return f"student: {student}\n\n{blocks}".encode()


def honest(student, examples, pick):
    base = dict(pick.choice(examples))
    for q in pick.sample(sorted(base), k=pick.randint(0, 3)):
        base[q] = pick.choice(examples).get(q, "")
    chosen = list(base.items())
    pick.shuffle(chosen)
    return submission(student, chosen)


def hostile(number, examples, pick, tasks):
    evil = [
        ("q2", "[0.7311, 0.1824]\x1b]0;owned\x07\x1b[2J\n"), ("q3", "9**9**9**9\n"),
        ("q4", "[" * 100_000 + "\n"), ("q6", "[0]*10**10\n"),
        ("q7", 'print(open("/etc/passwd"))\n'), ("q12", "A" * 1_000_000 + "\n"),
    ]
    code = pick.choice([
        "while True: pass\n", "while True:\n    W = zeros(3, 2)\n", "W = zeros(60000, 60000)\n",
        "def f(x): return f(x)\nf(1)\n", "x = []\nwhile True: x.append(ones(1000))\n",
        "load('/etc/passwd')\n", "s = 'a'\nwhile True: s = s + s\n", "\x00\xff" * 50,
    ])
    names = [
        '=HYPERLINK("http://x","../../etc/passwd")', "\x1b[2J../../s00001", "s00003", "-rf", "a\tb",
        "@SUM(1+1)", "‮evil",
    ]
    chosen = pick.sample(evil, k=4) + [(pick.choice(tasks), code)]
    pad = b" " * (40_000_000 if number % 20 == 0 else 10_000)
    junk = bytes(pick.randrange(256) for _ in range(200)) if number % 7 == 0 else b""
    return submission(f"{pick.choice(names)}", chosen) + junk + pad


def grade(options, homework, folder, jobs, environment=None):
    start = time.monotonic()
    run = subprocess.run(
        [options.binary, "grade", ROOT / HOMEWORK[homework], *folder, "--format", "json", "--jobs",
         str(jobs)],
        capture_output=True, env={**os.environ, **(environment or {})})
    took = time.monotonic() - start
    if run.returncode not in (0, 1):
        sys.exit(f"exit {run.returncode}: {run.stderr.decode(errors='replace')[:2000]}")
    return run.stdout.split(b"\n")[:-1], took


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=ROOT / ".build/release/nabla")
    parser.add_argument("--homework", choices=HOMEWORK, default="backprop")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--hostile", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    pick = random.Random(options.seed)
    fixtures = ROOT / "Tests/GradingTests/Fixtures" / options.homework
    examples = [answers(path) for path in sorted(fixtures.glob("*.md"))]
    tasks = ["q11"] if options.homework == "backprop" else ["q1", "q3"]
    with tempfile.TemporaryDirectory() as folder:
        good, bad = pathlib.Path(folder, "good"), pathlib.Path(folder, "all")
        good.mkdir()
        bad.mkdir()
        for number in range(options.count - options.hostile):
            name = f"s{number:05}"
            text = honest(name, examples, pick)
            (good / f"{name}.md").write_bytes(text)
            (bad / f"{name}.md").write_bytes(text)
        for number in range(options.hostile):
            text = hostile(number, examples, pick, tasks)
            (bad / f"{pick.choice('abtx')}{number}.md").write_bytes(text)
        alone, took = grade(options, options.homework, [good], 2)
        print(f"{len(alone)} honest ones: {took:.1f} s")
        wanted = sorted(alone)
        lines, first = grade(options, options.homework, [bad], 2)
        print(f"{len(lines)} with {options.hostile} hostile ones: {first:.1f} s")
        failures = [] if first <= options.seconds else [f"took longer than {options.seconds} s"]
        if len(lines) != options.count:
            failures.append(f"{len(lines)} lines")
        known = set(alone)

        def compare(what, lines):
            found = sorted(line for line in lines if line in known)
            if found != wanted:
                failures.append(what)

        compare("with hostile ones", lines)
        files = sorted(bad.iterdir())
        pick.shuffle(files)
        shuffled, took = grade(options, options.homework, files, 2)
        print(f"in another order: {took:.1f} s")
        compare("in another order", shuffled)
        if sorted(shuffled) != sorted(lines):
            failures.append("hostile ones in another order")
        single, took = grade(options, options.homework, [bad], 1)
        print(f"one process: {took:.1f} s")
        if single != lines:
            failures.append("one process")
        other, took = grade(options, options.homework, [good], 2, {"OPENBLAS_CORETYPE": "Haswell"})
        print(f"Haswell's kernels: {took:.1f} s")
        if other != alone:
            failures.append("Haswell's kernels")
        other, took = grade(options, options.homework, [good], 2, {"OPENBLAS_CORETYPE": "Nehalem"})
        print(f"Nehalem's kernels: {took:.1f} s")
        if other != alone:
            failures.append("Nehalem's kernels")
    for failure in failures:
        print(f"FAILED: {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
