#!/usr/bin/env python3
"""Measures how long any function goes on after Ctrl-C when it is given what is large.

    script/interrupt_calls.py --binary .build/release/nabla [--names sort,np.unique] [--seed 1]

Every function that `:help` lists, of the namespaces as well, and every method is called in a shell
with large tensors, lists, texts, tables and numbers, alone and in pairs. What still runs after a
while gets Ctrl-C, once; the time until the prompt is back is taken, by the clock and as processor
time of the shell, which a busy machine does not change. The variables must be as they were. With
--seconds nothing is typed: the limit ends the call, and what goes beyond it is taken. The ten longest
are printed; exit code 1 when one took longer than --bound, a process died, grew beyond its limit and
64 MiB, or a variable changed.
"""

import argparse
import os
import pty
import random
import re
import resource
import select
import string
import sys
import time

from driven_shell import MEBI, Driver
from random_calls import METHODS, vocabulary

MEMORY = 2048
IMPORTS = [
    "import numpy as np", "import torch", "import torch.nn.functional as F", "import math",
    "import random", "import itertools",
]
PREPARED = [
    *IMPORTS,
    "seed(1)",
    "x = rand(20000000);",
    "A = rand(3000, 3000);",
    "B = rand(500, 500);",
    "k = arange(10000000);",
    "image = rand(1, 8, 1024, 1024);",
    "kernel = rand(8, 8, 5, 5);",
    "deep = rand(64, 64, 64, 8);",
    "s = 'ab ' * 3000000;",
    "l = ['t' + str(i) for i in range(500000)];",
    "table = {i: str(i) for i in range(200000)};",
    "group = {i for i in range(300000)};",
    "r = range(9000000);",
    "w = rand(300, 300); E = sum(tanh(w @ tanh(w @ w)));",
]
STATE = (
    "print('state', sum(x), sum(A), sum(B), sum(k), sum(image), sum(kernel), sum(deep), len(s),"
    " len(l), len(table), len(group), sum(w))"
)
SINGLE = "x A B k image deep s l table group r 10**7 E".split()
PAIRS = """
x,x A,A B,B k,k image,kernel A,A[0] B,B[0] x,3 A,1 image,3 s,'a' s,s l,l l,'t7' table,5 group,group
r,5 3,x (3000,3000),0.5 20000000,3 'b',s ',',l E,w deep,2 abs,x len,l x,k k,3 A,0
""".split()
TRIPLES = "x,0,1 A,0,1 A,A,A x,x,x k,0,k s,'a','bcd' image,kernel,1 B,B,B 0,1,20000000".split()
NAMESPACES = ["np", "np.linalg", "np.random", "torch", "F", "math", "random", "itertools"]


class Shell:
    """One shell at a pseudo-terminal, with the large values in it."""

    def __init__(self, driver, limits):
        self.main, other = pty.openpty()
        self.process = driver.start(
            ["shell", f"--memory={MEMORY}MiB", *limits], stdin=other, stdout=other, stderr=other
        )
        os.close(other)
        self.wait(30)
        for line in PREPARED:
            self.type(line)
            self.wait(60)
        self.state = self.answer(STATE)

    def type(self, line):
        os.write(self.main, line.encode() + b"\n")

    def wait(self, seconds):
        """What comes until the prompt is back; None when it does not come in time."""
        seen, end = b"", time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            if not select.select([self.main], [], [], rest)[0]:
                break
            try:
                seen += os.read(self.main, 65536)
            except OSError:
                raise EOFError(seen.decode("utf8", "replace"))
            text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen[-200:].decode("utf8", "replace"))
            if b"\n" in seen and text.rstrip(" ").endswith("∇") or b"\n" not in seen and "∇" in text:
                if not select.select([self.main], [], [], 0.01)[0]:
                    return seen.decode("utf8", "replace")
        self.partial = seen
        return None

    def answer(self, line):
        self.type(line)
        text = self.wait(60) or ""
        return [part for part in text.splitlines() if part.startswith("state")]

    def processor(self):
        # The clock of what another process has computed, as clock_getcpuclockid names it.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def peak(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) // 1024

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.main)


def calls(driver, options):
    names, _ = vocabulary(driver)
    for space in NAMESPACES:
        # Completion tells what is there, one letter after the other.
        typed = [f"{space}.{letter}\t" for letter in string.ascii_letters]
        ended, _ = driver.converse([*IMPORTS, *typed], tagged=False)
        listed = re.findall(r"^(?!import )[\w ]+$", ended.output.replace("\r", ""), re.MULTILINE)
        names += sorted({f"{space}.{name}" for line in listed for name in line.split()})
    chosen = options.names.split(",") if options.names else None
    for name in names:
        if chosen and name not in chosen or name in ("input", "exit", "quit"):
            continue
        for given in SINGLE + PAIRS + TRIPLES:
            yield name, f"{name}({given});"
    for name in METHODS:
        if chosen and "." + name not in chosen:
            continue
        for given in SINGLE:
            for rest in ("", "3", "x", "'a'"):
                yield "." + name, f"({given}).{name}({rest});"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", default=".build/release/nabla")
    parser.add_argument("--names", help="only these; methods as .name")
    parser.add_argument("--after", type=float, default=0.25)
    parser.add_argument("--bound", type=float, default=0.3)
    parser.add_argument("--seconds", action="store_true", help="the limit of time, not Ctrl-C")
    parser.add_argument("--share", type=float, default=1, help="of all calls, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    driver = Driver(options.binary, addresses=16 << 30)
    limits = [f"--seconds={options.after}"] if options.seconds else []
    work = list(calls(driver, options))
    random.Random(options.seed).shuffle(work)
    work = work[: int(len(work) * options.share)]
    shell, longest, bad, ran, started = None, {}, [], 0, 0
    for number, (name, line) in enumerate(work):
        if number % 500 == 499:
            print(f"{number + 1} of {len(work)} calls, {ran} interrupted", file=sys.stderr, flush=True)
        try:
            if shell is None:
                shell, started = Shell(driver, limits), number
            begun = (time.monotonic(), shell.processor())
            shell.type(line)
            if shell.wait(options.after if not options.seconds else 60) is not None:
                wall, work_done = time.monotonic() - begun[0], shell.processor() - begun[1]
                if not options.seconds or wall < options.after:
                    continue
                wall, work_done = wall - options.after, work_done - options.after
            else:
                begun = (time.monotonic(), shell.processor())
                os.write(shell.main, b"\x03")
                if shell.wait(60) is None:
                    bad.append(f"no end: {line}")
                    print(bad[-1], flush=True)
                    shell.close()
                    shell = None
                    continue
                wall, work_done = time.monotonic() - begun[0], shell.processor() - begun[1]
            ran += 1
            if min(wall, max(work_done, 0)) > longest.get(name, (0,))[0]:
                longest[name] = (min(wall, work_done), wall, line)
            if min(wall, work_done) > options.bound:
                print(f"{work_done:.3f} s ({wall:.3f} by the clock): {line}", flush=True)
            if shell.answer(STATE) != shell.state:
                bad.append(f"a variable changed: {line}")
                print(bad[-1], flush=True)
                shell.close()
                shell = None
            elif shell.peak() > MEMORY + 64 + (driver.resting >> 20):
                bad.append(f"{shell.peak()} MiB: {line}")
                print(bad[-1], flush=True)
                shell.close()
                shell = None
        except EOFError as error:
            bad.append(f"died: {line} {str(error)[-300:]!r}")
            print(bad[-1], flush=True)
            shell.close()
            shell = None
    print(f"\n{len(work)} calls, {ran} of them ended from outside; the longest of each function:")
    table = sorted(longest.values(), reverse=True)
    for seconds, wall, line in table[:10]:
        print(f"  {seconds:.3f} s ({wall:.3f} by the clock)  {line}")
    return 1 if bad or any(seconds > options.bound for seconds, _, _ in table) else 0


if __name__ == "__main__":
    sys.exit(main())
