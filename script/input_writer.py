"""Random inputs for script/random_inputs.py: programs and lessons of the repository changed at
random places, words of the language in any order, nesting, odd characters and numbers, commands."""

import glob
import os
import random
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORDS = """
x y W ŷ Θ₁ 1 2.5 0 -1 1e9 10**9 True None 'a' "b" f"{x:.2f}" [1,2] [1,2;3,4] [ ] ( ) { } , ; : . =
== += -= *= ← <- + - * / // % ** @ < <= > >= != and or not in is if elif else for while def return
break continue pass assert class try except raise finally with lambda import from as global
nonlocal del yield ∂ ∂x/∂y ∇ ᵀ ′ σ ⊙ · × − ½ √ Σ ∑ ‖ ⊤ | & ^ ~ ! ? $ ` \\ # #=> #~> #!>
rounding(2) sum exp sqrt explain grad backward Linear(2,3) range(3) print len map zip T grad shape
append ␤ ␤ ␤__ ␤____ \t
""".replace("\n", " ").split(" ")
WORDS = [w.replace("␤", "\n").replace("__", "  ") for w in WORDS if w]
ODD = [
    "\0",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\u200b",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u0301",
    "e\u0301\u0301\u0301",
    "\U0001f600",
    "👩‍👩‍👧",
    "\u2028",
    "\x85",
    "ﬁ",
    "𝑥",
    "µ",
    "Å",
    "\r",
    "\x0c",
    "\x1a",
    "\uffff",
    "١٢",
    "２",
    "Ⅷ",
    "—",
    "“",
    "”",
    "ß",
    "İ",
    "\u0600",
    "\u1160",
    "𝒳" * 50,
    "a" + "\u0300" * 500,
]
NUMBERS = """
1e400 -1e-400 0x1F 0b1 1__0 1_000 00 0. .5 1.e5 1e 1e+ 1.2.3 1j ∞ -0.0 9223372036854775808
-9223372036854775808 18446744073709551616 1e309 5e-324 1/0 0**-1 (-8)**(1/3) 10**400 2**63 2**-1075
""".split() + ["9" * 400, "0." + "0" * 330 + "1", "1" + "0" * 5000]


def programs():
    """Programs and lessons of the repository: blocks of nabla in Markdown, scripts."""
    scripts, lessons = [], []
    for path in glob.glob(ROOT + "/lessons/**/*.md", recursive=True) + glob.glob(
        ROOT + "/Tests/LessonsTests/Catalogue/*.md"
    ):
        text = open(path, encoding="utf8").read()
        if text.startswith("---"):
            lessons.append(text)
        scripts += re.findall(r"```nabla[^\n]*\n(.*?)```", text, re.DOTALL)
    scripts += re.findall(
        r"```(?:nabla|python)[^\n]*\n(.*?)```",
        open(ROOT + "/README.md", encoding="utf8").read(),
        re.DOTALL,
    )
    for path in glob.glob(ROOT + "/Sources/Library/Prelude/*.nabla"):
        scripts.append(open(path, encoding="utf8").read())
    return scripts, lessons


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.scripts, self.lessons = programs()

    def changed(self, text):
        """A text with a few parts left out, doubled, exchanged or put in."""
        r = self.random
        for _ in range(r.choice([1, 1, 2, 3, 8])):
            i = r.randrange(len(text) + 1)
            j = min(len(text), i + r.choice([1, 1, 2, 5, 20, 100]))
            form = r.randrange(8)
            if form == 0:
                text = text[:i] + text[j:]
            elif form == 1:
                text = text[:j] + text[i:]
            elif form == 2:
                text = text[:i] + r.choice(WORDS) + text[i:]
            elif form == 3:
                text = text[:i] + r.choice(ODD) + text[i:]
            elif form == 4:
                text = text[:i] + r.choice(NUMBERS) + text[j:]
            elif form == 5:
                k = r.randrange(len(text) + 1)
                text = text[:i] + text[k : k + r.choice([3, 30])] + text[i:]
            elif form == 6:
                lines = text.split("\n")
                k = r.randrange(len(lines))
                lines[k] = (
                    r.choice(["  ", "\t", "", "    "]) + lines[k].strip()
                    if r.random() < 0.6
                    else lines[r.randrange(len(lines))]
                )
                text = "\n".join(lines)
            else:
                text = text[:i] + text[i:j] * r.choice([2, 5, 40]) + text[j:]
        return text[:100_000]

    def script(self):
        r = self.random
        text = r.choice(self.scripts)
        if r.random() < 0.3:
            text += "\n" + r.choice(self.scripts)
        return self.changed(text)

    def lesson(self):
        return self.changed(self.random.choice(self.lessons))

    def soup(self):
        r = self.random
        return r.choice(["", " "]).join(
            r.choice(WORDS) for _ in range(r.choice([3, 8, 20, 60, 300]))
        )

    def deep(self):
        r = self.random
        n = r.choice([10, 100, 1000, 5000, 20000])
        texts = [
            "(" * n + "1" + ")" * n,
            "[" * n + "1" + "]" * n,
            "-" * n + "1",
            "not " * n + "True",
            "1" + "+1" * n,
            "x = 1\n" + "x = x + 1\n" * n,
            "2" + "**2" * n,
            "f(" * n + ")" * n,
            "x" + "[0]" * n,
            "x" + ".T" * n,
            "x = [1.0]\ny = x" + ".T" * n,
            "if 1:\n"
            + "".join(" " * (i + 1) + "if 1:\n" for i in range(min(n, 800)))
            + " " * 900
            + "1",
            "def f(n): return f(n)\nf(1)",
            "f(x) = f(x) + 1\nf(1)",
            "x = " * n + "1",
            "lambda: " * n + "1",
            "1 if 1 else " * n + "2",
            "σ" + "′" * n + "(0.5)",
            "'" + "a" * n,
            "f'" + "{" * n,
            "1," * n,
            "x = [" + "1," * n + "]",
            "l = []\nfor i in range(%d): l = [l]\nprint(l)" % n,
            "{'a':" * n + "1" + "}" * n,
            "x = 1.0\nfor i in range(%d): x = x * 1.0 + x\n∂x/∂x" % n,
            "1 < " * n + "2",
            "∂" * n + "x/∂x",
            "[v for v in " * n + "[1]" + "]" * n,
            "class A:\n" + "  def f(self): return self.f()\n" * 3 + "A().f()",
            "def f(a=%s): return a\nf()" % ("(" * n + ")" * n),
        ]
        return r.choice(texts)

    def bytes(self):
        r = self.random
        text = r.choice(self.scripts) if r.random() < 0.5 else self.soup()
        data = bytearray(text[:4000].encode("utf8"))
        for _ in range(r.choice([1, 3, 10, 60])):
            i = r.randrange(len(data) + 1)
            data[i:i] = r.choice(
                [
                    r.choice(ODD).encode("utf8", "surrogatepass"),
                    bytes([r.randrange(256)]),
                    b"\xed\xa0\x80",
                    b"\xf5\xff",
                    b"\xc0\xaf",
                    b"\r\n",
                    b"\xef\xbb\xbf",
                ]
            )
        return bytes(data)

    def numbers(self):
        r = self.random
        forms = [
            "{a} {o} {b}",
            "[{a}, {b}]",
            "[{a}; {b}] @ [{b}]",
            "f'{{{a}:{f}}}'",
            "round({a}, {b})",
            "range({a})",
            "zeros({a})",
            "x = {a}; x[{b}]",
            "'%{f}' % ({a},)",
            "int({a})",
            "explain({a} {o} {b})",
            "print({a}, {b}, {a} {o} {b})",
            "[1, 2][{a}:{b}]",
            "'a' * {a}",
            "exp({a})",
            "σ({a})",
            "x = [{a}, {b}]\nE = sum(x * x)\n∂E/∂x",
            "with rounding({a}):\n  y = {b} * 1.0",
            "#=> {a}\n1 #=> {a}",
            "{a}′",
        ]
        return r.choice(forms).format(
            a=r.choice(NUMBERS),
            b=r.choice(NUMBERS),
            o=r.choice(["+", "*", "/", "//", "%", "**", "-", "<"]),
            f=r.choice([".2f", "d", "e", "g", "99999d", ".9999f", "x", "%", "s", ">5", "^", "{"]),
        )

    def line(self):
        r = self.random
        commands = [
            "help",
            "vars",
            "source",
            "reset",
            "digits",
            "explain",
            "graph",
            "plot",
            "bars",
            "time",
            "limit",
            "save",
            "undo",
            "goto",
            "branch",
            "diff",
            "inputs",
            "branches",
            "lessons",
            "show",
            "back",
            "rerun",
            "?",
            "nothing",
        ]
        form = r.random()
        if form < 0.35:
            return (
                ":"
                + r.choice(commands)
                + " "
                + r.choice(
                    [
                        "",
                        "",
                        "x",
                        "1",
                        "-1",
                        "9999999999999999999",
                        "f",
                        "W memory",
                        self.soup().replace("\n", " ")[:80],
                        r.choice(NUMBERS)[:300],
                        r.choice(ODD),
                    ]
                )
            )
        if form < 0.6:
            return self.soup().replace("\n", " ")[:400]
        text = r.choice(self.scripts).split("\n")
        return self.changed(r.choice(text)).replace("\n", " ")[:400]

    def answer(self):
        r = self.random
        return r.choice(
            [
                "",
                "",
                "",
                "1",
                "0.5",
                "?",
                "h",
                ":back",
                ":goto 1",
                ":goto 99",
                ":rerun",
                ":hint",
                ":skip",
                ":undo",
                "x = 5",
                "y",
                "n",
                r.choice(NUMBERS)[:300],
                r.choice(ODD),
                self.soup().replace("\n", " ")[:100],
                "[1, 2",
                "nan",
                "inf",
                "[0.1, 0.2]",
                "1/3",
                "a",
                "b",
                "1e8",
                ":branch q",
                ":diff",
                ":help",
                ":vars",
                "del x",
                "h = 0",
            ]
        )
