#!/usr/bin/env python3
"""Programs that are valid here and in Python, with what CPython prints for each.

    script/language_programs.py > Tests/LibraryTests/Fixtures/python-programs.json

Every program prints what is no array, so that only the language is compared and not the layout.
Needs NumPy.
"""

import contextlib
import io
import json
import sys

PROGRAMS = {}


def program(name):
    def add(text):
        PROGRAMS[name] = text.strip("\n") + "\n"
    return add


program("classes: attributes, methods, class attributes")('''
class Dog:
    """A dog."""
    kind = "canine"
    count = 0

    def __init__(self, name, tricks=None):
        self.name = name
        self.tricks = tricks or []
        Dog.count += 1

    def add(self, trick):
        self.tricks.append(trick)
        return self

    def show(self):
        return f"{self.name} ({self.kind}): " + ", ".join(self.tricks)


a = Dog("Fido").add("roll").add("sit")
b = Dog("Rex")
b.kind = "wolf"
print(a.show())
print(b.show())
print(Dog.count, Dog.kind, a.kind, b.kind)
print(isinstance(a, Dog), type(a) == Dog, type(a).__name__, Dog.__name__, a.__class__.__name__)
print(hasattr(a, "name"), hasattr(a, "age"), getattr(a, "age", 7), getattr(a, "name"))
setattr(a, "age", 3)
print(a.age, vars(b) == {"name": "Rex", "tricks": [], "kind": "wolf"})
print(Dog.__doc__)
method = a.show
print(method())
print(Dog.show(b))
del a.age
print(hasattr(a, "age"))
''')

program("classes: one base, super, properties, static and class methods")('''
class Shape:
    def __init__(self, name):
        self.name = name

    def area(self):
        return 0

    def describe(self):
        return f"{self.name} of area {self.area()}"

    @staticmethod
    def units():
        return "cm"

    @classmethod
    def make(cls, *args):
        return cls(*args)


class Square(Shape):
    def __init__(self, side):
        super().__init__("square")
        self._side = side

    @property
    def side(self):
        return self._side

    @side.setter
    def side(self, value):
        if value < 0:
            raise ValueError("a side is not negative")
        self._side = value

    def area(self):
        return self.side ** 2

    def describe(self):
        return super().describe() + " " + self.units()


class Cube(Square):
    def area(self):
        return 6 * super().area()


for shape in [Shape("thing"), Square(3), Cube(2), Square.make(5)]:
    print(shape.describe(), isinstance(shape, Shape), isinstance(shape, Square))
s = Square(1)
s.side = 4
print(s.area())
try:
    s.side = -1
except ValueError as e:
    print("refused:", e)
print(s.side, issubclass(Cube, Shape), issubclass(Shape, Cube))
''')

program("classes: operators and protocols")('''
class Vec:
    def __init__(self, *xs):
        self.xs = tuple(xs)

    def __add__(self, other):
        return Vec(*(a + b for a, b in zip(self.xs, other.xs)))

    def __mul__(self, k):
        return Vec(*(a * k for a in self.xs))

    def __rmul__(self, k):
        return self * k

    def __sub__(self, other):
        return self + -other

    def __neg__(self):
        return Vec(*(-a for a in self.xs))

    def __matmul__(self, other):
        return sum(a * b for a, b in zip(self.xs, other.xs))

    def __truediv__(self, k):
        return Vec(*(a / k for a in self.xs))

    def __pow__(self, k):
        return Vec(*(a ** k for a in self.xs))

    def __abs__(self):
        return max(abs(a) for a in self.xs)

    def __eq__(self, other):
        return isinstance(other, Vec) and self.xs == other.xs

    def __lt__(self, other):
        return self.xs < other.xs

    def __len__(self):
        return len(self.xs)

    def __getitem__(self, i):
        return self.xs[i]

    def __iter__(self):
        return iter(self.xs)

    def __contains__(self, x):
        return x in self.xs

    def __bool__(self):
        return any(x != 0 for x in self.xs)

    def __call__(self, i):
        return self.xs[i] * 10

    def __repr__(self):
        return "Vec(" + ", ".join(str(x) for x in self.xs) + ")"

    def __str__(self):
        return "<" + " ".join(str(x) for x in self.xs) + ">"


a, b = Vec(1, 2, 3), Vec(4, 5, 6)
print(a + b, a - b, 2 * a, a * 3, -a, a @ b, a ** 2)
print(repr(a), str(b), [a, b], (a,), {"a": a})
print(a == Vec(1, 2, 3), a != b, a == 3, a < b, b < a, sorted([b, a]), max(a, b))
print(len(a), a[0], a[-1], list(a), 2 in a, 9 in a, bool(a), bool(Vec(0, 0)), a(1), abs(-b))
for x in a:
    print(x, end=" ")
print()
x, y, z = b
print(x + y + z, [i for i in a], sum(a), sum([a, b], Vec(0, 0, 0)))
print(f"{a} {a!r}", "%s" % (b,), "{}".format(a))
if not Vec(0):
    print("empty")
a += b
print(a)
''')

program("classes: iterators, containers, call of attributes")('''
class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        self.i = 0
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


class Table:
    def __init__(self):
        self.rows = {}

    def __setitem__(self, key, value):
        self.rows[key] = value

    def __getitem__(self, key):
        return self.rows[key]

    def __delitem__(self, key):
        del self.rows[key]

    def __len__(self):
        return len(self.rows)


print([x for x in Count(4)], sum(Count(3)), list(Count(0)))
t = Table()
t["a"] = 1
t[1, 2] = "pair"
print(t["a"], t[1, 2], len(t))
del t["a"]
print(len(t))


class Holder:
    def __init__(self, f):
        self.f = f


h = Holder(lambda x: x * 2)
print(h.f(21))
h.more = Holder(str)
h.more.f = len
print(h.more.f("four"))
''')

program("dictionaries")('''
d = {"a": 1, "b": 2}
d["c"] = 3
d["a"] += 10
print(d, len(d), "a" in d, "z" in d, "z" not in d)
print(list(d.keys()), list(d.values()), list(d.items()))
print(d.get("z"), d.get("z", 0), d.get("a"))
for k in d:
    print(k, d[k], end="; ")
print()
for k, v in d.items():
    print(k, v, end="; ")
print()
print(d.pop("a"), d.pop("q", None), d)
d.update({"b": 20, "x": 24})
print(d, d.setdefault("n", 5), d.setdefault("b", 0))
del d["x"]
print(d == {"b": 20, "c": 3, "n": 5}, d == {}, bool({}), bool(d))
sq = {i: i * i for i in range(5) if i != 2}
print(sq, {v: k for k, v in sq.items()})
print({**sq, 9: 81}, dict(a=1, b=2), dict([("x", 1), ("y", 2)]))
nested = {"w": {"lr": 0.5, "steps": [1, 2]}}
nested["w"]["lr"] = 1
print(nested["w"]["lr"], nested["w"])
keys = {1: "one", 1.0: "uno", True: "yes", (1, 2): "pair", None: "none"}
print(len(keys), keys[1], keys[(1, 2)], keys[None])
e = d
e["b"] = 0
print(d["b"], d.copy() == d, d.copy() is d, sorted(d), max(d, key=lambda k: d[k]))
print(min(d.values()), sum(d.values()), [k.upper() for k in d])
counts = {}
for ch in "banana":
    counts[ch] = counts.get(ch, 0) + 1
print(counts, sorted(counts.items(), key=lambda kv: -kv[1]))
d.clear()
print(d)
a, *rest = {"p": 1, "q": 2}
print(a, rest)
''')

program("sets")('''
s = {3, 1, 2, 3}
print(s, len(s), 2 in s, 7 in s)
s.add(9)
s.discard(100)
s.remove(1)
print(sorted(s), sorted(s | {4}), sorted(s & {2, 9}), sorted(s - {9}), sorted(s ^ {2, 5}))
print({1, 2} <= {1, 2, 3}, {1, 2} < {1, 2}, {1, 2} == {2, 1}, set() == set([]), set())
print({x % 3 for x in range(10)}, len(set("hello")), set([1, 2]) .union([3]))
visited = set()
for n in [1, 2, 1, 3, 2]:
    if n not in visited:
        visited.add(n)
        print(n, end=" ")
print()
print(frozenset([1, 2]) == frozenset([2, 1]), {1, 2}.issubset({1, 2, 3}))
''')

program("errors")('''
def attempt(f, *args):
    try:
        result = f(*args)
    except ZeroDivisionError as e:
        print("zero:", e)
    except (ValueError, TypeError) as e:
        print("value or type:", type(e).__name__)
    except KeyError as e:
        print("key:", e)
    except Exception as e:
        print("other:", type(e).__name__, e)
    else:
        print("fine:", result)
    finally:
        print("done")


attempt(lambda a, b: a / b, 1, 0)
attempt(lambda a, b: a / b, 8, 4.0 * 1.5 - 2)
attempt(lambda: int("x"))
attempt(lambda: {"a": 1}["b"])
attempt(lambda: [1, 2][5])
attempt(lambda: undefined_name_here)
attempt(lambda: "a" + 1)


class Oops(Exception):
    pass


class Worse(Oops):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code


def fail(kind):
    if kind == 0:
        raise Oops
    if kind == 1:
        raise Oops("plain", 2)
    raise Worse(kind)


for kind in range(3):
    try:
        fail(kind)
    except Worse as w:
        print("worse", w, w.code, w.args)
    except Oops as o:
        print("oops", o, o.args, repr(o))


def nested():
    try:
        try:
            raise ValueError("inner")
        except ValueError:
            print("again")
            raise
        finally:
            print("inner finally")
    except ValueError as e:
        print("outer", e)
        return "returned"
    finally:
        print("outer finally")


print(nested())


def early():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                return i
        finally:
            print("step", i)


print(early())
try:
    raise NotImplementedError("later")
except RuntimeError as e:
    print("caught", e)
try:
    assert 1 > 2, "one is not above two"
except AssertionError as e:
    print(e)
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise RuntimeError("wrapped") from e
except RuntimeError as e:
    print(e)
''')

program("integers of any size")('''
print(2 ** 64, 2 ** 53 + 1, 10 ** 20 // 7, 10 ** 20 % 7, -(10 ** 20) // 7, -(10 ** 20) % 7)
a, c, m, seed = 6364136223846793005, 1442695040888963407, 2 ** 64, 42
for _ in range(5):
    seed = (a * seed + c) % m
    print(seed, seed >> 33, seed & 0xFFFF)
a, c, m, seed = 1664525, 1013904223, 2 ** 32, 1
out = []
for _ in range(6):
    seed = (a * seed + c) % m
    out.append(seed)
print(out)
f = 1
for i in range(1, 31):
    f *= i
print(f, len(str(f)), f == 265252859812191058636308480000000)
print(9007199254740993, 9007199254740992 + 1, 9007199254740993 - 9007199254740992)
print(123456789 * 987654321, 12345678901234567890 > 12345678901234567889)
print(2 ** 100 / 2 ** 98, f"{2 ** 70:,}", f"{2 ** 65:d}", 1 << 70, (1 << 70) >> 68, 2 ** 64 - 1 == 0xFFFFFFFFFFFFFFFF)
print(7 // 2, -7 // 2, 7 // -2, 7 % 3, -7 % 3, 7 % -3, 2 ** 10, 0 ** 0, divmod(-7, 3))
print(pow(3, 100, 7), pow(2, 10), abs(-2 ** 60), max(2 ** 60, 3), int("123456789012345678901234567890"))
x = 0x9E3779B97F4A7C15
x ^= x >> 30
x = x * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
print(x, ~x & 0xFF, x | 1, x % 1000)
print(isinstance(2 ** 80, int), {2 ** 80: "big"}[2 ** 80], -2 ** 63, +2 ** 63)
print(1_000_000, 0b1011, 0o17, 0xff, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, 256 >> 3)
''')

program("bits of truth values and of arithmetic")('''
print(True & False, True | False, True ^ True, True ^ False, True & 1, 3 & True)
print((3 > 2) & (2 < 1), (3 > 2) | (2 < 1))
x = 6
x |= 1
x &= 5
x <<= 2
x >>= 1
x ^= 3
print(x, 1 + 2 << 1, 1 | 2 == 2, 6 & 3 == 3)
''')

program("functions: arguments of every kind")('''
def f(a, b=2, *args, c, d=4, **kwargs):
    return (a, b, args, c, d, kwargs)


print(f(1, c=3))
print(f(1, 5, 6, 7, c=3, e=8, d=9))
print(f(*[1, 2, 3], **{"c": 4, "z": 5}))
print(f(0, *(1, 2), c=1, **{}))


def g(a, /, b, *, c=1):
    return a + b + c


print(g(1, b=2), g(1, 2, c=3))


def h(*args, **kwargs):
    return len(args), sorted(kwargs)


print(h(), h(1, 2), h(x=1, y=2), h(*"abc", **dict(q=1)))
k = lambda x, y=3, *rest: x + y + sum(rest)
print(k(1), k(1, 2), k(1, 2, 3, 4))


def typed(x: int, y: "float" = 2.0, *, names: list[str] = None) -> dict[str, int] | None:
    z: int = x * 2
    w: float
    w = y
    return {"z": z, "w": int(w), "names": names}


print(typed(3), typed(1, names=["a"]))


def collect(x, into=[]):
    into.append(x)
    return len(into)


print(collect("a"), collect("b"), collect("c", []))


def outer():
    def inner(n):
        return 1 if n <= 1 else n * inner(n - 1)
    return inner


print(outer()(10))
print((lambda *a: a)(1, 2), (lambda **k: k)(a=1), [*range(3), *"ab"], (*[1], 2), {*[1, 2], 3})
first, *middle, last = 1, 2, 3, 4
print(first, middle, last)
*init, end = "xyz"
print(init, end)
''')

program("scopes")('''
total = 0


def add(n):
    global total
    total += n
    return total


add(3)
add(4)
print(total)


def counter():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count
    return step


c, d = counter(), counter()
print(c(), c(), d(), c())
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])


def shadow():
    total = 100

    def inner():
        global total
        total = -1
    inner()
    return total


print(shadow(), total)
x = "outer"


class Scoped:
    x = "class"
    y = x + "!"

    def read(self):
        return x


print(Scoped().read(), Scoped.x, Scoped.y)
if (n := len("walrus")) > 3:
    print(n)
print([y for v in range(4) if (y := v * v) > 1], y)
while (total := total + 2) < 6:
    pass
print(total)
if __name__ == "__main__":
    print("main")
''')

program("loops with else, and statements on one line")('''
for n in range(2, 12):
    for k in range(2, n):
        if n % k == 0:
            break
    else:
        print(n, end=" ")
print()
i = 0
while i < 3:
    i += 1
else:
    print("through", i)
while True:
    break
else:
    print("never")
for i in range(3): print(i, end=","); print("x", end=" ")
print()
a = 1; b = 2; print(a + b)
total = (1 +
         2 +
         3)
text = "a" \\
    "b"
print(total, text, [
    1,
    2,
][1])
result = (text
          .upper()
          .lower())
print(result)
for i, (x, y) in enumerate([(1, 2), (3, 4)]):
    print(i, x * y, end=" ")
print()
for a, *b in [(1, 2, 3), (4,)]:
    print(a, b, end=" ")
print()
x = 5 if a > 3 else 6
print(x, "yes" if x == 5 else "no", not x, 1 < x < 9, 1 < x > 9)
''')

program("text")('''
print("%d %5.2f %s %r %%" % (3, 2.5, "a", 7), "%s" % "one", "%05d|%-5s|%5s" % (42, "ab", "cd"))
print("%.3e %g %x" % (12345.678, 0.0001, 255), "%(a)s-%(b)d" % {"a": "x", "b": 2})
print("{} {}".format(1, "b"), "{1} {0}".format("a", "b"), "{x:.2f} {y}".format(x=1.5, y=2))
print("{:>6}|{:<6}|{:^6}|{:06.2f}|{:,}|{:+d}|{:.1%}".format("a", "b", "c", 3.14159, 1234567, 5, 0.25))
print("{0[1]} {1[k]}".format(["p", "q"], {"k": "v"}), "{{}}".format(), "{:{w}.{p}f}".format(2.5, w=8, p=3))
print("a", "b", sep="-", end="!\\n")
print("no newline", end="")
print(" goes on")
print("x" * 3, "=" * 10, sep="\\n")
print("quote\\"s", 'single', """triple
line""", r"raw\\n", "a" "b")
s = "Hello, World"
print(s.upper(), s.lower(), s[0], s[-1], s[1:4], s[::-1], len(s), s.split(", "), "World" in s)
print("  pad ".strip(), "a-b-c".replace("-", "+"), ",".join(["x", "y"]), s.startswith("He"), s.count("l"))
print("abc" < "abd", "a" + "b", "ab" * 2, ord("a"), chr(98), str(12), int("7") + 1, float("2.5") > 2)
name, n = "Ada", 3
print(f"{name!r} {name:>5}|{name:<5}|{n:03d} {n*2} {n/4:.3f} {'in' + 'ner'} {{}} {n=}")
for line in "a b\\nc d".split("\\n"):
    print(line.split())
print([c for c in "abc"], list("xy"), "".join(reversed("abc")), sorted("cab"))
print("x".isdigit(), "12".isdigit(), "ab".isalpha(), "a b".title(), "abc".find("c"), "abc".find("z"))
print("7".zfill(3), "ab".ljust(4) + "|", "ab".rjust(4) + "|", "a\\nb".splitlines(), "xax".strip("x"))
''')

program("lists of things that are no numbers")('''
xs = ["b", "a", "c"]
xs.append("d")
xs.insert(0, "z")
print(xs, len(xs), xs.index("a"), xs.count("a"), "c" in xs)
xs.sort()
print(xs, xs.pop(), xs.pop(0), xs)
xs.reverse()
print(xs, xs + ["q"], xs * 2, xs[1:], xs[::-1], xs[-1])
xs.remove("b")
xs.extend(["m", "n"])
xs[0] = "first"
del xs[1]
print(xs)
ys = xs
ys.append("shared")
print(xs == ys, xs is ys, xs[:] == xs, xs[:] is xs)
print(sorted(["bb", "a", "ccc"], key=len), sorted(["bb", "a"], reverse=True), max(["a", "b"]), min("xyz"))
pairs = [("b", 2), ("a", 3), ("a", 1)]
pairs.sort()
print(pairs, sorted(pairs, key=lambda p: p[1]), pairs[0] < pairs[1], ("a", 1) == ("a", 1))
print(list(zip("ab", "cd")), list(enumerate("ab")), list(map(str.upper, ["a"])), list(filter(None, ["", "x"])))
print(any(x == "m" for x in xs), all(len(x) > 0 for x in xs), [x for x in xs if x.startswith("f")])
grid = [["."] * 3 for _ in range(2)]
grid[0][1] = "#"
print(grid, [row[1] for row in grid], ["".join(row) for row in grid])
stack = []
stack.append(("node", None))
while stack:
    item, parent = stack.pop()
    print(item, parent)
print([[]] * 2, [None] * 2, [[], ["a"]], [True, None, "x"], ())
''')

program("generators written in brackets, iterators")('''
g = (x * x for x in range(5))
print(sum(g), list(g))
it = iter(["a", "b"])
print(next(it), next(it), next(it, "over"))
try:
    next(it)
except StopIteration:
    print("stopped")
print(sum(x for x in range(4)), max((x * x, x) for x in range(3)), " ".join(str(i) for i in range(3)))
''')

program("with and context managers")('''
class Timer:
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, error, trace):
        print("exit", kind is None, error)
        return kind is not None and issubclass(kind, ValueError)


with Timer() as t:
    print(isinstance(t, Timer))
with Timer():
    raise ValueError("swallowed")
try:
    with Timer(), Timer() as inner:
        raise KeyError("passed on")
except KeyError:
    print("here")
''')

program("decorators")('''
def twice(f):
    def wrapper(*args, **kwargs):
        return f(f(*args, **kwargs))
    return wrapper


def scaled(k):
    def decorate(f):
        return lambda *a: k * f(*a)
    return decorate


@twice
def inc(x):
    return x + 1


@scaled(10)
@twice
def double(x):
    return 2 * x


print(inc(1), double(3))


def register(cls):
    cls.registered = True
    return cls


@register
class Thing:
    pass


print(Thing.registered, Thing().registered)
''')

program("queues, trees and memo tables")('''
class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right


def insert(node, value):
    if node is None:
        return Node(value)
    if value < node.value:
        node.left = insert(node.left, value)
    else:
        node.right = insert(node.right, value)
    return node


def walk(node):
    return [] if node is None else list(walk(node.left)) + ["%d" % node.value] + list(walk(node.right))


root = None
for v in [5, 2, 8, 1, 9, 3]:
    root = insert(root, v)
print(walk(root))
memo = {}


def fib(n):
    if n < 2:
        return n
    if n not in memo:
        memo[n] = fib(n - 1) + fib(n - 2)
    return memo[n]


print(fib(90), len(memo))
graph = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}
order, seen = [], set()


def visit(n):
    if n in seen:
        return
    seen.add(n)
    for m in graph[n]:
        visit(m)
    order.append(n)


visit("a")
print(order[::-1], "d" in seen, len(seen))
queue = ["a"]
level = {"a": 0}
while queue:
    node = queue.pop(0)
    for m in graph[node]:
        if m not in level:
            level[m] = level[node] + 1
            queue.append(m)
print(level)
''')
program("generators")('''
def squares(n):
    for i in range(n):
        yield i * i


print(list(squares(4)), sum(squares(3)), max(squares(3)), 4 in squares(3), [v for v in squares(2)])


def steps():
    print("start")
    yield 1
    print("middle")
    yield 2
    print("end")


walk = steps()
print("made")
for v in walk:
    print("got", v)
print(list(walk))


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


f = fibonacci()
print([next(f) for _ in range(8)], next(f))
for i, v in enumerate(fibonacci(), 1):
    if i == 5:
        print(v)
        break
print(list(zip(range(3), fibonacci())), list(map(lambda a, b: a * b, [2, 3], fibonacci())))


def flat(v):
    if isinstance(v, list):
        for u in v:
            yield from flat(u)
    else:
        yield v


print(list(flat(["a", ["b", [3, 4]], 5])))


def careful():
    try:
        yield 1
        yield 1 / 0
    except ZeroDivisionError as e:
        yield "zero"
    else:
        yield "never"
    finally:
        print("finally")
    for i in range(5):
        if i == 1:
            continue
        if i == 3:
            break
        yield i
    else:
        yield "else"
    return
    yield 3


print(list(careful()))


def broken():
    for i in range(3):
        try:
            yield i
        finally:
            print("leaves", i)
        if i == 1:
            raise ValueError("enough")


try:
    for v in broken():
        print("v", v)
except ValueError as e:
    print(e)


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        n = self.n
        while n > 0:
            yield n
            n -= 1


c = Countdown(3)
print(list(c), list(c), [a * b for a in c for b in c], sorted(c))
letters = ["a", "b"]
late = (v * 2 for v in letters)
letters.append("c")
print(next(late), list(late), list(late))
factor = 10
scaled = (v * factor for v in (1, 2))
factor = 100
print(list(scaled))


def noisy(v):
    print("asked", v)
    return v > 1


print(any(noisy(v) for v in (1, 2, 3)), all(noisy(v) for v in (2, 1, 3)))
print(next((v for v in (1, 5, 7) if v > 3), None), next((v for v in (1,) if v > 3), None))
pairs = ((a, b) for a in "xy" for b in (1, 2) if a + str(b) != "x2")
print(list(pairs))


def outer(n):
    def inner(k):
        nonlocal n
        for _ in range(k):
            n += 1
            yield n

    yield from inner(2)
    yield n


print(list(outer(5)), dict(enumerate(outer(0))))
first, *rest = squares(4)
print(first, rest, ", ".join(str(v) for v in squares(3)))
two = [squares(3), squares(3)]
print(next(two[0]), next(two[0]), next(two[1]), list(two[0]))
try:
    g = squares(1)
    next(g), next(g)
except StopIteration:
    print("stop")
''')

program("classes: several bases")('''
class Root:
    def __init__(self):
        self.log = ["root"]

    def f(self):
        return ["root"]


class Left(Root):
    def __init__(self):
        super().__init__()
        self.log.append("left")

    def f(self):
        return ["left"] + super().f()


class Right(Root):
    side = "right"

    def __init__(self):
        super().__init__()
        self.log.append("right")

    def f(self):
        return ["right"] + super().f()


class Both(Left, Right):
    def f(self):
        return ["both"] + super().f()


b = Both()
print(b.log, b.f(), b.side, [c.__name__ for c in Both.__mro__])
print(isinstance(b, Right), issubclass(Both, Root), Right.f(b), super(Left, b).f())


class Named:
    def named(self):
        return f"{type(self).__name__}: {self.describe()}"


class Plain:
    def describe(self):
        return "plain"


class Mixed(Named, Plain):
    pass


print(Mixed().named())
''')

program("enumerations")('''
from enum import Enum, auto


class Color(Enum):
    RED = 1
    GREEN = auto()
    BLUE = "b"

    def shout(self):
        return self.name + "!"


print(Color.RED, repr(Color.GREEN), Color.BLUE.value, Color.GREEN.name, Color.RED.shout())
print([c.name for c in Color], len(Color), Color(1) is Color.RED, Color["BLUE"] == Color.BLUE)
print(Color.RED == Color.GREEN, Color.RED != 1, Color.RED in Color, isinstance(Color.RED, Color))
names = {Color.RED: "r", Color.BLUE: "b"}
print(names[Color.RED], names.get(Color.GREEN, "none"), type(Color.RED).__name__)
try:
    Color(7)
except ValueError:
    print("no such color")
''')

program("micrograd: a scalar that knows its gradient")('''
import math


class Value:
    """A number, the numbers it was made of, and how a gradient passes back to them."""

    def __init__(self, data, parents=(), sign=""):
        self.data = data
        self.grad = 0.0
        self.parents = set(parents)
        self.sign = sign
        self.pass_back = lambda: None

    @staticmethod
    def of(x):
        return x if isinstance(x, Value) else Value(x)

    def __add__(self, other):
        other = Value.of(other)
        out = Value(self.data + other.data, (self, other), "+")

        def pass_back():
            self.grad += out.grad
            other.grad += out.grad

        out.pass_back = pass_back
        return out

    def __mul__(self, other):
        other = Value.of(other)
        out = Value(self.data * other.data, (self, other), "*")

        def pass_back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.pass_back = pass_back
        return out

    def __pow__(self, power):
        assert isinstance(power, (int, float)), "a power is a number here"
        out = Value(self.data**power, (self,), f"**{power}")

        def pass_back():
            self.grad += power * self.data ** (power - 1) * out.grad

        out.pass_back = pass_back
        return out

    def relu(self):
        out = Value(0 if self.data < 0 else self.data, (self,), "relu")

        def pass_back():
            self.grad += (out.data > 0) * out.grad

        out.pass_back = pass_back
        return out

    def tanh(self):
        t = (math.exp(2 * self.data) - 1) / (math.exp(2 * self.data) + 1)
        out = Value(t, (self,), "tanh")

        def pass_back():
            self.grad += (1 - t**2) * out.grad

        out.pass_back = pass_back
        return out

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for parent in v.parents:
                    visit(parent)
                order.append(v)

        visit(self)
        self.grad = 1
        for v in reversed(order):
            v.pass_back()

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1

    def __repr__(self):
        return f"Value(data={self.data:.6f}, grad={self.grad:.6f})"


a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
g.backward()
print(f"{g.data:.4f} {a.grad:.4f} {b.grad:.4f}")
x = [Value(2.0), Value(0.0)]
w = [Value(-3.0), Value(1.0)]
o = (sum((wi * xi for wi, xi in zip(w, x)), Value(6.8813735870195432))).tanh()
o.backward()
print(o, [v for v in w], x)


class Neuron:
    def __init__(self, weights):
        self.w = [Value(v) for v in weights]
        self.b = Value(0.0)

    def __call__(self, x):
        return sum((wi * xi for wi, xi in zip(self.w, x)), self.b).tanh()

    def parameters(self):
        return self.w + [self.b]


class Layer:
    def __init__(self, rows):
        self.neurons = [Neuron(r) for r in rows]

    def __call__(self, x):
        out = [n(x) for n in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self):
        return [p for n in self.neurons for p in n.parameters()]


class MLP:
    def __init__(self, *layers):
        self.layers = [Layer(rows) for rows in layers]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


n = MLP([[0.5, -0.3], [0.2, 0.8]], [[0.7, -0.4]])
xs = [[2.0, 3.0], [3.0, -1.0], [0.5, 1.0]]
ys = [1.0, -1.0, 1.0]
for k in range(20):
    predictions = [n(x) for x in xs]
    loss = sum((p - y) ** 2 for p, y in zip(predictions, ys))
    for p in n.parameters():
        p.grad = 0.0
    loss.backward()
    for p in n.parameters():
        p.data += -0.1 * p.grad
    if k % 5 == 0:
        print(k, f"{loss.data:.10f}")
print(len(n.parameters()), [f"{p.data:.8f}" for p in n.parameters()])
''')

program("rounding, division and powers of plain numbers")('''
print(round(2.675, 2), round(0.5), round(1.5), round(-1.5), round(2.5), round(-0.5), round(1.005, 2))
print(round(1234, -2), round(15, -1), round(25, -1), round(0.125, 2), round(3.7), type(round(3.7)) == int)
print(int(2.9), int(-2.9), int(-0.5), int("12"), int("ff", 16), int(1e18), int(True))
print(-7 // 2, -7 % 3, 7 % -3, 7 // -2, -7.5 // 2, -7.5 % 2, divmod(-7, 3), divmod(7, -3))
print((-2) ** 3, -2**2, 2**-1, (-8) ** 2, 0**0, 2**100, (-3) ** 41, 10**20 // 7, -(10**20) % 97)
print(7 / 2, 6 / 3, 1 / 3, 10**15 + 0.5, 2**53 + 1, 2**63, 2**64 - 1, -(2**63))
x = 7
x //= 2
x **= 3
x %= 10
print(x, 5 / 5, 5 // 5 * 1.0)
''')

program("indices of tuples, things that are shared")('''
import numpy as np

A = np.zeros((2, 3))
place = (0, 1)
A[place] += 5
A[(1, 2)] = 7
print([float(v) for v in (A[place], A[1, 2], A.sum())])
it = np.nditer(A, flags=["multi_index"], op_flags=["readwrite"])
while not it.finished:
    at = it.multi_index
    A[at] = A[at] + 1
    it.iternext()
print(float(A.sum()), float(A[1, 0]))
whole = np.arange(4)
whole[[0]] = 7.9
whole[1:3] = 2.5
mask = whole > 2
mask[0] = 5
print(int(whole.sum()), int(mask.sum()), mask.tolist())
row = np.linspace(0, 1, 3)
turned = np.flip(row)
kept = np.array(row)
same = row.astype(float)
row[0] = 9
print(float(turned[-1]), float(kept[0]), float(same[0]))
B = np.array([[3.0, 1.0], [2.0, 0.0]])
B.sort()
print([float(v) for v in B.ravel()], np.transpose(np.zeros((2, 3, 4))).shape)
names = [1, 2]
other = names
names *= 2
print(other, {"a": 1}.keys() == {"a"})
z = zip(names, "abcd")
print(len(list(z)), len(list(z)))
''')

program("views of views; what the right side changes")('''
import numpy as np

A = np.arange(6.0).reshape(3, 2)
for r in A.T:
    r -= 1
print(A.tolist())
r[0] = 9
print(A.tolist())
B = np.array([[-2.0, 1.0], [3.5, 3.5]])
v = B[:]
B[0] += 1
B = 0
v += 1
print(v.tolist())


def slope(f, x, h=1e-4):
    g = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = float(kept) + h
        high = f(x)
        x[i] = kept - h
        low = f(x)
        g[i] = (high - low) / (2 * h)
        x[i] = kept
    return g


x = np.array([3.0, -2.0])
x -= 0.1 * slope(lambda t: np.sum(t**2), x)
print([round(float(n), 6) for n in x])
print(sum(np.array([[1, 2], [3, 4]])).tolist(), int(np.sum([[1, 2], [3, 4]])))
D = np.array([[1.0, 2.0], [3.0, 4.0]])
d = np.diag(D)
D[0, 0] = 7
print(d.tolist())
try:
    d[0] = 5
except ValueError:
    print("read only")
w = np.array([7, -7])
np.clip(w, 0, 2, out=w)
w.fill(2.5)
print(w.tolist())
''')

program("copies that share what they shared")('''
import copy

import numpy as np


class Net:
    def __init__(self):
        self.W = np.ones(2)
        self.params = {"W": self.W, "log": []}


net = Net()
twin = copy.deepcopy(net)
twin.W += 1
print(net.W.tolist(), twin.params["W"].tolist())
near = copy.copy(net)
near.params["log"].append(1)
print(net.params["log"], twin.params["log"], near.W is net.W)
a = {"x": [1, 2]}
b = copy.deepcopy(a)
a["x"].append(3)
print(a, b)


class Window:
    def __init__(self, items):
        self.items = items

    def __getitem__(self, i):
        return self.items[i]


print(Window([1, 2, 3, 4])[1:3], Window("abc")[::-1], Window((1, 2))[-1])
print("a-b-c".split("-", 1), "a-b-c".rsplit("-", 1), "a=b=c".partition("="), "x".rpartition("="))
print("banana".replace("a", "o", 2), "banana".rfind("an"), "banana".find("a", 2), "aB".swapcase())
print("abc".startswith(("x", "a")), "abc".endswith(("x", "bc")), bool([]), bool("0"), bool({}))
s = {1, 2}
t = s
print(s.isdisjoint({3}), s.issuperset([1]), sorted(s.symmetric_difference([2, 3])))
t.clear()
print(s)
try:
    int(None)
except ValueError:
    print("value")
except TypeError:
    print("type")
''')

program("torch: what learns, and what does not")('''
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
x = torch.tensor([3.0, 4.0])
y = w * x
print(w.requires_grad, x.requires_grad, y.requires_grad, (w > 1).requires_grad)
print(w.is_leaf, x.is_leaf, y.is_leaf, x.grad_fn is None, y.grad_fn is None)
print(y.detach().requires_grad, w.detach().requires_grad, w.data.requires_grad)
print(w.argmax().requires_grad, torch.zeros_like(w).requires_grad, w.new_zeros(2).requires_grad)
with torch.no_grad():
    u = w * 2
    with torch.enable_grad():
        v = w * 2
print(u.requires_grad, v.requires_grad, (u * w).requires_grad, (u * u).requires_grad)
with torch.set_grad_enabled(False):
    print((w * 2).requires_grad, torch.is_grad_enabled())
torch.set_grad_enabled(False)
print((w * 2).requires_grad)
torch.set_grad_enabled(True)
print((w * 2).requires_grad)
z = w.detach().clone().requires_grad_()
(z * z).sum().backward()
print(z.grad.tolist(), w.grad)
x = x + 1
try:
    x.sum().backward()
except RuntimeError:
    print("nothing learns")
try:
    torch.arange(3).requires_grad_()
except RuntimeError:
    print("whole numbers do not learn")
loss = (w * w).sum()
other = loss
other += 1
print(loss.item())
kept = w.data
w.data = w.data - 0.5
print(kept.tolist(), w.tolist())
(g,) = torch.autograd.grad(w[:1] ** 3, w, create_graph=True)
print(g.tolist())
g.sum().backward()
print(w.grad.tolist())
print(x.dtype == torch.float32, torch.arange(3).dtype == torch.int64, (x > 1).dtype is torch.bool)
''')

program("torch: the parts and the state of a model")('''
import copy

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)
        self.scale = nn.Parameter(torch.tensor([2.0]))
        self.register_buffer("kept", torch.ones(1))

    def forward(self, x):
        return self.scale * self.layer(x) + self.kept


net = Net()
print([n for n, _ in net.named_parameters()], list(net.state_dict()))
with torch.no_grad():
    for p in net.parameters():
        p.fill_(0.5)
state = net.state_dict()
best = copy.deepcopy(net.state_dict())
with torch.no_grad():
    net.scale.fill_(3.0)
    net.layer.weight += 1
print(state["scale"].item(), best["scale"].item(), state["scale"].requires_grad)
net.load_state_dict(best)
print(net.scale.item(), net.layer.weight.tolist(), net(torch.ones(1, 2)).item())
print([b.tolist() for b in net.buffers()])
''')


program("enum: two names for one value")('''
from enum import Enum


class Color(Enum):
    RED = 1
    CRIMSON = 1
    BLUE = 2


print(Color.CRIMSON is Color.RED, list(Color), len(Color), Color.CRIMSON.name, Color["CRIMSON"])
''')


program("dataclass")('''
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar


@dataclass
class Point:
    x: float
    y: float = 2.0
    names: list = field(default_factory=list)
    made: ClassVar[int] = 0

    def norm(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5


@dataclass
class Ball(Point):
    radius: float = field(default=1.5, repr=False)

    def __post_init__(self):
        self.area = 3 * self.radius ** 2


p = Point(1.5)
print(p, p == Point(1.5), p == Point(2.5), p.norm())
p.names.append("a")
print(Point(3.0, y=4.0), p.names, asdict(p))
print(replace(p, x=7.0), Ball(1.0, radius=2.0), Ball(1.0).area, Point.made)
''')


program("deque")('''
from collections import deque

d = deque(maxlen=3)
for i in range(5):
    d.append(i)
print(d, len(d), d[0], d[-1], list(d), 3 in d)
d.appendleft(9)
print(d.pop(), d.popleft(), d)
queue = deque([1, 2, 3])
queue.rotate(1)
queue.extend([4])
queue.extendleft([7, 8])
queue[1] = 5
print(queue, queue == deque([8, 5, 3, 1, 2, 4]), sum(queue))
while queue:
    queue.popleft()
try:
    queue.pop()
except IndexError:
    print("empty")
''')


program("itertools and functools")('''
import functools
import itertools

for i in itertools.count(1):
    if i > 3:
        break
    print(i, end=" ")
c = itertools.count(5, 2)
print(next(c), list(itertools.islice(c, 3)), list(itertools.islice(range(9), 2, 8, 3)))
chained = itertools.chain([1, 2], "ab")
print(list(chained), list(chained))
print(list(itertools.accumulate([1, 2, 3])), list(itertools.accumulate([2, 3], max, initial=1)))
print(list(itertools.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(itertools.pairwise("abc")))
print(list(itertools.zip_longest([1, 2], [3], fillvalue=0)), list(itertools.permutations("ab")))
cycle = itertools.cycle([1, 2])
print([next(cycle) for _ in range(5)], list(itertools.repeat(7, 2)))
pairs = itertools.product([1, 2], repeat=2)
print(next(pairs), list(pairs), list(itertools.combinations([1, 2, 3], 2)))
print(functools.partial(pow, 2)(5), functools.partial(int, base=2)("101"))
''')


program("generators: send, close, no len")('''
import math


def average():
    total, n, result = 0, 0, None
    try:
        while True:
            x = yield result
            total += x
            n += 1
            result = total / n
    finally:
        print("closed")


a = average()
next(a)
print(a.send(10), a.send(20), a.send(6))
a.close()


def pairs():
    got = (yield "first")
    print("got", got)
    got = yield
    print("got", got)


p = pairs()
print(next(p), p.send(3), list(p))
for thing in (average(), zip([1], [2]), map(str, [1])):
    try:
        len(thing)
    except TypeError:
        print("no len")
''')


program("NamedTuple as a class")('''
from typing import NamedTuple


class Point(NamedTuple):
    x: float
    y: float = 2.0

    def norm(self):
        return self.x + self.y


p = Point(1.0)
a, b = p
print(p, p.norm(), p[0], p == (1.0, 2.0), a, b, p._replace(x=3.0), p._asdict(), Point._fields)
places = {p: "here"}
print(places[(1.0, 2.0)], p in places, (1.0, 3.0) in places)
''')


program("np.add.at and its kin")('''
import numpy as np

a = np.zeros(3)
np.add.at(a, [0, 0, 2], 1)
np.add.at(a, [0, 1], [5, 6])
np.subtract.at(a, [1, 1], 1)
print(a.tolist())
m = np.zeros((3, 2))
np.add.at(m, [0, 0, 2], np.ones((3, 2)))
np.add.at(m, (np.array([1, 1]), np.array([0, 1])), [4, 5])
print(m.tolist())
print(np.maximum.accumulate([1, 3, 2]).tolist(), np.add.reduce([1, 2, 3]))
print(np.add.outer([1, 2], [3, 4]).tolist(), np.atleast_2d([1, 2, 3]).shape)
print(np.diff(np.array([True, False, True])).tolist())
''')


program("rows of lists that are held twice")('''
m = [[1, 2], [3, 4]]
n = m[:]
r = list(m)
pair = [m[0], m[1]]
first, second = m[0], m[1]
m[0][0] = 9
print(n[0][0], r[0][0], pair[0][0], first[0])
first.append(7)
second.append(8)
print([len(x) for x in m], [len(x) for x in n], [len(x) for x in r], [len(x) for x in pair])
rows = [[2], [1]]
rows.append([5])
for row in rows:
    row.append(4)
print([len(row) for row in rows], rows[2][0], rows[0][1])
ones = [[1] * 1] * 2
ones[1] *= 2
print(len(ones[0]), len(ones[1]))
''')


program("torch: state, copies, and data in one memory")('''
import copy
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.register_buffer("kept", torch.zeros(3))


net = Net()
state = net.state_dict()
wrong = {k: v.clone() for k, v in state.items()}
wrong["layer.weight"] = torch.ones(2, 2)
wrong["kept"] = torch.zeros(4)
try:
    net.load_state_dict(wrong)
except RuntimeError:
    print("refused", net.layer.weight.tolist())
print(net.load_state_dict({"x": torch.zeros(1), **state}, strict=False))
print(net.load_state_dict(state))
for bad in ({"weight": torch.zeros(2, 2)}, {"weight": torch.zeros(3), "bias": torch.zeros(2)}):
    try:
        nn.Linear(2, 2).load_state_dict(bad)
    except RuntimeError:
        print("refused")
one = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
two = copy.deepcopy(one)
with torch.no_grad():
    two[0].weight.fill_(1.0)
print((one[0].weight == two[0].weight).all().item(), two[0].weight.tolist())
w = torch.tensor([1.0, 2.0], requires_grad=True)
v = torch.tensor([5.0, 6.0])
w.data = v
v[0] = 9
w.data[1] = 7
print(w.tolist(), v.tolist(), w.requires_grad, w.is_leaf)
(w * w).sum().backward()
torch.optim.SGD([w], lr=0.5).step()
print(w.tolist(), v.tolist(), w.grad.tolist())
a = v.t()
a.data = a * 2
print(a.tolist(), v.tolist())
''')


program("torch: parts taken under no_grad, and what an operation needs")('''
import torch

z = torch.ones(2, 1, requires_grad=True)
with torch.no_grad():
    u = z[0]
    c = z.clone()
print(u.requires_grad, u.is_leaf, c.requires_grad)
(u * 2).sum().backward()
print(z.grad)
q = torch.tensor([2, 2]) / 2
q.fill_(5)
print(q.requires_grad)


class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, g):
        print(ctx.needs_input_grad)
        a, b = ctx.saved_tensors
        return g * b, g * a


a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0)
Product.apply(a, b).backward()
print(a.grad.item(), b.grad)
''')


def run(text):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(text, "program", "exec"), {"__name__": "__main__"})
    return output.getvalue()


def main():
    cases = [{"name": name, "program": text, "output": run(text)} for name, text in PROGRAMS.items()]
    json.dump(cases, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
