#!/usr/bin/env python3
"""Writes the training entries of the catalogue that the tests compare with, as JSON.

usage: training_fixture.py CATALOGUE/004.yaml > Tests/NetworksTests/Fixtures/training.json
Needs PyYAML. The exact values were computed with NumPy from the recipes beside the catalogue.
"""
import json
import sys

import yaml

WANTED = ["train-problem-1", "train-problem-2", "problem-3-linear-fails", "stacked-linear-training",
          "train-problem-3", "train-problem-3-default", "train-bit-sum", "train-bit-sum-held-out",
          "generate-training-data"]

document = yaml.safe_load(open(sys.argv[1]))
rows = document if isinstance(document, list) else document.get("entries", document)
found = {row["id"]: row for row in rows if row["id"] in WANTED}
assert len(found) == len(WANTED), set(WANTED) - set(found)
json.dump({name: {step["name"]: step["exact"] for step in found[name]["steps"]} for name in WANTED},
          sys.stdout, indent=1, ensure_ascii=False)
print()
