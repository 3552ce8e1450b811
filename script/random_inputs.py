#!/usr/bin/env python3
"""Random inputs: whatever text stands in a script, a pipe, a lesson or at the prompt, the program
says an error or does what it says, within its memory and time.

    script/random_inputs.py --binary .build/release/nabla --count 30000 --seed 1
    script/random_inputs.py --binary … --kinds lesson,soup --count 2000 --findings inputs.md

Kinds: `script` (programs of the repository changed at random places), `lesson` (lessons changed,
through `check`), `soup` (words of the language in any order), `deep` (nesting and long chains),
`bytes` (control characters, bidirectional marks, combining marks, bytes that are no UTF-8),
`numbers` (huge, tiny and odd literals), `prompt` (lines and commands typed into the shell), `learn`
(answers typed into a lesson). Exit code 1 when something was found.
"""

import argparse
import collections
import concurrent.futures
import glob
import os

import re
import sys

from driven_shell import Driver, shorter
from input_writer import ROOT, Writer


def look_at_text(driver, kind, text, seed):
    if kind == "lesson":
        path = f"{driver.folder}/lesson-{seed}.md"
        with open(path, "w", encoding="utf8", errors="surrogatepass") as file:
            file.write(text)
        ended = driver.run(arguments=["check", path], limits=driver.check_limits)
        os.unlink(path)
        if not driver.check_limits:
            return ended.complaint(1 << 40)
    else:
        ended = driver.run(text, limits=driver.limits)
    return ended.complaint(driver.allowed)


def look(driver, job):
    """Findings of one job: a text, or lines for the prompt."""
    kind, seed, given = job
    if kind in ("prompt", "learn"):
        ended, at = (
            driver.converse(given[1:], arguments=("learn", given[0]), tagged=False)
            if kind == "learn"
            else driver.converse(given)
        )
        complaint = ended.complaint(driver.allowed)
        if complaint is None:
            return []
        lines = given[1:] if kind == "learn" else given
        return [(kind, complaint, "\n".join(lines[max(0, at - 12) : at + 2]))]
    complaint = look_at_text(driver, kind, given, seed)
    if complaint is None:
        return []
    if isinstance(given, str) and complaint != "no end":
        given = shorter(given, lambda t: look_at_text(driver, kind, t, seed) == complaint)
    return [(kind, complaint, given if isinstance(given, str) else repr(given))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", default=".build/release/nabla")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="script,lesson,soup,deep,bytes,numbers,prompt,learn")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--findings", help="where to write what was found")
    options = parser.parse_args()
    driver = Driver(options.binary)
    writer = Writer(options.seed)
    lessons = sorted(glob.glob(ROOT + "/lessons/*/*.md"))
    made = dict.fromkeys(options.kinds.split(","), 0)

    def jobs():
        """Jobs of every kind in turn: the kind is next of which there are fewest inputs."""
        number = 0
        while sum(made.values()) < options.count:
            kind = min(made, key=made.get)
            number += 1
            if kind == "prompt":
                given = [writer.line() for _ in range(60)]
            elif kind == "learn":
                given = [writer.random.choice(lessons)] + [writer.answer() for _ in range(40)]
            else:
                given = getattr(writer, kind)()
            made[kind] += len(given) if isinstance(given, list) else 1
            yield kind, number, given

    found, total, tally = [], 0, collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = collections.deque()
        source = jobs()
        while True:
            while len(waiting) < 4 * options.jobs and (job := next(source, None)) is not None:
                waiting.append((job, pool.submit(look, driver, job)))
            if not waiting:
                break
            job, future = waiting.popleft()
            total += len(job[2]) if isinstance(job[2], list) else 1
            tally[job[0]] += 1
            for kind, complaint, text in future.result():
                found.append((kind, complaint, text))
                print(f"{kind}: {complaint}: {text[:200]!r}", file=sys.stderr)
    print(
        f"{total} inputs ({', '.join(f'{v} {k}' for k, v in sorted(tally.items()))}; limits"
        f" {' '.join(driver.limits)}): {len(found)} found"
    )
    for (kind, complaint), count in collections.Counter(
        (k, re.sub(r"\d+", "n", c)) for k, c, _ in found
    ).most_common():
        print(f"  {count} × {kind}: {complaint}")
    if options.findings:
        with open(options.findings, "w", encoding="utf8", errors="replace") as file:
            for kind, complaint, text in sorted(found):
                file.write(f"## {kind}: {complaint}\n\n```\n{text[:3000]}\n```\n\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
