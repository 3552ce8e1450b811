#!/usr/bin/env python3
"""script/lesson_table.py [PROGRAM]: the lessons as a table in Markdown, with what each has.

PROGRAM is the nabla that is asked for names, steps and minutes (by default script/run). Blocks, marks
and pictures are counted in the files; a picture is a call that draws, or a block that is plotted.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRAWS = re.compile(
    r"(?<![.\w])(plot|bar|hist|imshow|scatterplot|contour|decision_boundary|network|window|graph)\(")


def blocks(text):
    """The fenced blocks: what stands behind the fence, and the lines within."""
    return re.findall(r"^```([^\n`]+)\n(.*?)^```$", text, re.M | re.S)


def row(lesson):
    text = (ROOT / "lessons" / (lesson["name"] + ".md")).read_text(encoding="utf-8")
    found = blocks(text)
    kinds = [info.split()[0] for info, _ in found]
    code = [(info.split(), body) for info, body in found if info.split()[0] == "nabla"]
    pictures = sum(len(DRAWS.findall(body)) + ("plot" in words) for words, body in code)
    return [lesson["name"], lesson["title"].replace("|", "\\|"), lesson["steps"], lesson["minutes"],
            kinds.count("quiz"), kinds.count("task"), pictures,
            sum(body.count("#!>") for _, body in code), ", ".join(lesson["topics"])]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "script/run")
    answer = subprocess.run([program, "lessons", "--format", "json"], check=True, cwd=ROOT,
                            stdout=subprocess.PIPE, text=True)
    rows = [row(lesson) for lesson in json.loads(answer.stdout)["lessons"]]
    print("| lesson | title | steps | minutes | quizzes | tasks | pictures | errata | topic |")
    print("|---|---|--:|--:|--:|--:|--:|--:|---|")
    for cells in rows:
        print("| " + " | ".join(str(cell) for cell in cells) + " |")
    sums = [sum(cells[column] or 0 for cells in rows) for column in range(2, 8)]
    print(f"| {len(rows)} lessons | | " + " | ".join(map(str, sums)) + " | |")


main()
