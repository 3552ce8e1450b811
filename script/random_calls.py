#!/usr/bin/env python3
"""Random calls: whatever function, method or operation gets whatever argument, the program says an
error or gives a value, within its memory and time.

    script/random_calls.py --binary .build/release/nabla --count 100000 --seed 1
    script/random_calls.py --binary … --count 2000 --findings calls.md

Names and the names of parameters come from `:help`, arguments of every kind and size from the list
below. Calls are typed into the shell, --bundle a process; what kills, stalls or swells a process is
run again alone and shortened. Exit code 1 when something was found.
"""

import argparse
import collections
import concurrent.futures
import os
import random
import re
import sys

from driven_shell import Driver

ARGUMENTS = """
0 1 -1 2 3 7 -5 100 1000000 10**12 10**18 9223372036854775807 -9223372036854775808 True False None
0.0 0.5 -1.5 1e-300 1e308 -1e308 1e-9 inf -inf nan 3.0000001 '' 'a' 'relu' 'mean' 'sum' 'none'
'valid' 'same' 'tanh' 'ab,c' '%s' '{}' 'x'*1000000 'é∂🙂' '\\x00' '../x' [] [1] [1,2,3] [1.5,-2.5]
[0,0,0] [[1,2],[3,4]] [1,2;3,4] [[1.0,2.0,3.0]] [[1],[2]] [nan,1] [inf,-inf] [True,False]
['a','b'] [None] [[]] [[1],[2,3]] [[1,2],'a'] (1,) (1,2) () ((1,2),3) (2,2) (0,3) (10**9,10**9)
(10**5,10**5) (1,)*9 zeros(0) zeros(3,0) zeros(2,3,4) ones(1,1,1,1) randn(4,4) randn(3) randn(2,3)
randn(8,8,3,3) rand(1,1,5,5) rand(2,3,7,7) zeros(1000) ones(300,300) zeros(1000,1000) arange(10)
arange(6).reshape(2,3) eye(3) eye(200) float32([1.5,2.5]) [0.2,0.3,0.5] [0,1,1,0] [2,0,1] [9,9]
linspace(0,1,5) full((2,2),7) range(3) range(0) range(10**18) range(5,0,-1) sin relu mse print len
explain Linear f g (lambda\\ t:\\ t) (lambda:\\ 1/0) M L opt E W x y z s d o {} {'a':1} {1:[2]}
{'x':x} ∂E/∂W x[0] W.T W[0] y>0 -W W@W x*2 E*E M(x) s*3 [W,x] (W,E) [M,L] [[x]] z[0]
""".split(" ")
ARGUMENTS = [
    a
    for part in " ".join(ARGUMENTS).replace("\n", " ").replace("\\ ", "\0").split(" ")
    if (a := part.replace("\0", " "))
]
OPERATORS = [
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "@",
    "<",
    "<=",
    "==",
    "!=",
    ">",
    "and",
    "or",
    "in",
    "not in",
    "is",
    "⊙",
    "·",
    "×",
    "&",
    "|",
    "^",
    "<<",
    ">>",
    "if 1 else",
    ",",
]
METHODS = """
sum mean std var max min argmax argmin reshape view T shape size ndim dtype grad item tolist numpy
detach clone copy flatten ravel transpose t mm dot sort argsort cumsum prod norm abs exp log pow
clamp clip round squeeze unsqueeze expand repeat tile split chunk append extend insert pop remove
index count reverse keys values items get update setdefault upper lower strip split join replace
format startswith endswith find fill_ zero_ add_ mul_ sub_ copy_ backward requires_grad
requires_grad_ parameters named_parameters state_dict load_state_dict zero_grad step train eval
forward weight bias data real size numel astype fill put flat all any max_pool2d softmax sigmoid
relu tanh W b __class__ __dict__ __init__ __len__ name mro losses grad_fn is_leaf
""".split()
PREPARED = [
    "x = [1.0, -0.5]",
    "W = [1.2, 2.1; -0.3, -0.7]",
    "y = σ(W @ x)",
    "E = sum((y - [1, 0])**2)",
    "f(t) = t**2 + 1",
    "def g(a, b=2): return a * b",
    "L = Linear(2, 3)",
    "M = Sequential(Linear(2, 4), ReLU(), Linear(4, 1))",
    "opt = sgd(M, lr=0.1)",
    "z = [[1, 2], [3]]",
    "s = 'text'",
    "d = 3",
    "o = None",
]


class Caller:
    def __init__(self, driver, seed):
        self.random = random.Random(seed)
        self.names, self.parameters = vocabulary(driver)

    def argument(self, depth=0):
        r = self.random
        if depth < 2 and r.random() < 0.12:
            return self.call(depth + 1)
        return r.choice(ARGUMENTS)

    def arguments(self, name, depth):
        r = self.random
        count = r.choice([0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5])
        given = [self.argument(depth) for _ in range(count)]
        known = self.parameters.get(name, [])
        for _ in range(r.choice([0, 0, 0, 1, 1, 2, 3])):
            key = (
                r.choice(known)
                if known and r.random() < 0.9
                else r.choice(["axis", "dim", "keepdims", "lr", "shape"])
            )
            given.append(f"{key}={self.argument(depth)}")
        return ", ".join(given)

    def call(self, depth=0):
        r = self.random
        form = r.random()
        if form < 0.55:
            name = r.choice(self.names)
            return f"{name}({self.arguments(name, depth)})"
        if form < 0.72:
            return f"({self.argument(depth)} {r.choice(OPERATORS)} {self.argument(depth)})"
        if form < 0.87:
            name = r.choice(METHODS if r.random() < 0.6 else self.names)
            call = "" if r.random() < 0.15 else f"({self.arguments(name, depth)})"
            return f"({self.argument(depth)}).{name}{call}"
        if form < 0.92:
            return (
                f"({self.argument(depth)})[{r.choice(['', ':', '::', '...', ', '])}{self.argument(depth)}]"
            )
        if form < 0.95:
            return r.choice(
                [
                    "∂({a})/∂({b})",
                    "explain({a}, {b})",
                    "explain({a})",
                    "{a}′({b})",
                    "f'{{{a}:{b}}}'",
                    "[v for v in {a}]",
                    "gradcheck({a}, {b})",
                    "{a} ** {b} ** {a}",
                ]
            ).format(a=self.argument(depth), b=self.argument(depth))
        name = r.choice(["∇ ", "-", "not ", "~", "*", "lambda a: "])
        return f"({name}{self.argument(depth)})"

    def line(self):
        r = self.random
        form = r.random()
        if form < 0.8:
            return self.call() + r.choice(["", "", ";"])
        target = r.choice(
            [
                "x",
                "W",
                "z",
                "s",
                "d",
                "E",
                "x[0]",
                "W[:, 0]",
                "z[0]",
                "x[x > 0]",
                "W.T",
                "L.W",
                "M.lr",
                "x, y",
                "q.r",
                "d['a']",
            ]
        )
        return (
            f"{target} {r.choice(['=', '+=', '-=', '*=', '/=', '//=', '**=', '@=', '←'])}"
            f" {self.argument()}"
        )


def vocabulary(driver):
    ended, _ = driver.converse([":help"])
    part = ended.output.split("Functions\r\n", 1)[-1].split("?name", 1)[0]
    columns = [line.split("│", 1)[1] for line in part.split("\n") if "│" in line]
    names = re.findall(r"[A-Za-z_]\w*", " ".join(columns).replace("str.", "").replace("list.", ""))
    names = sorted(set(names) - {"input"})
    ended, _ = driver.converse([":help " + name for name in names])
    parameters = {}
    for match in re.finditer(r"^([A-Za-z_]\w*)\((.*)\)\r?$", ended.output, re.MULTILINE):
        parameters[match.group(1)] = re.findall(r"(?:^|, )\*?(\w+)", match.group(2))
    if len(names) < 50:
        raise SystemExit("error: ':help' lists too few names")
    return names, parameters


def look(driver, lines):
    """The findings among lines: typed into one shell; on a complaint, each alone, and where none
    is to blame by itself the fewest that are."""
    ended, _ = driver.converse(PREPARED + lines)
    complaint = ended.complaint(driver.allowed)
    if complaint is None:
        return []
    found = []
    for line in lines:
        alone, _ = driver.converse(PREPARED + [line])
        reason = alone.complaint(driver.allowed)
        if reason:
            found.append((reason, line))
    return found or [(complaint + " (only in a row)", "\n".join(fewest(driver, lines)))]


def fewest(driver, lines):
    """Lines without which the complaint would not come."""
    size = len(lines) // 2
    while size:
        start = 0
        while start < len(lines):
            fewer = lines[:start] + lines[start + size :]
            ended, _ = driver.converse(PREPARED + fewer)
            if fewer and ended.complaint(driver.allowed):
                lines = fewer
            else:
                start += size
        size //= 2
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", default=".build/release/nabla")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bundle", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--findings", help="where to write what was found")
    options = parser.parse_args()
    driver = Driver(options.binary)
    caller = Caller(driver, options.seed)
    bundles = [
        [caller.line() for _ in range(min(options.bundle, options.count - i))]
        for i in range(0, options.count, options.bundle)
    ]
    found = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for i, more in enumerate(pool.map(lambda b: look(driver, b), bundles)):
            found += more
            for reason, line in more:
                print(f"{reason}: {line[:200]}", file=sys.stderr)
            if i % 50 == 49:
                print(f"{(i + 1) * options.bundle} calls, {len(found)} found", file=sys.stderr)
    groups = collections.Counter(
        (re.sub(r"\d+", "n", reason), re.split(r"[(\s]", line.strip("("))[0])
        for reason, line in found
    )
    print(
        f"{options.count} calls (limits {' '.join(driver.limits)}, {driver.resting >> 20} MiB at"
        f" rest): {len(found)} found"
    )
    for (reason, name), count in groups.most_common():
        print(f"  {count} × {reason}: {name}")
    if options.findings:
        with open(options.findings, "w", encoding="utf8") as file:
            for reason, line in sorted(found):
                file.write(f"- {reason}: `{line}`\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
