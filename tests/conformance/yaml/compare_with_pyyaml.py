"""Reads every YAML document of the corpus and of the examples with PyYAML and with our document layer: both must agree.

Usage: compare_with_pyyaml.py PROGRAM FOLDER...   Exit 77 (skipped) without PyYAML.
"""

import datetime
import json
import pathlib
import subprocess
import sys

try:
    import yaml
except ImportError:
    print("skipped: PyYAML is not installed")
    sys.exit(77)


def plain(value):
    """What JSON can hold; dates stay text for the Azure ML CLI, and keys are texts."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else yaml_text(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return "(date)"
    return value


def yaml_text(key):
    return {True: "(true)", False: "(false)", None: "null"}.get(key, str(key)) if not isinstance(key, str) else key


def same(ours, theirs):
    if isinstance(theirs, dict) and isinstance(ours, dict):
        spelled = [key for key in theirs if not key.startswith("(")]
        return len(ours) == len(theirs) and all(key in ours and same(ours[key], theirs[key]) for key in spelled)
    if isinstance(theirs, list) and isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if theirs == "(date)":
        return isinstance(ours, str)
    return type(ours) is type(theirs) and ours == theirs


def expected(file):
    documents = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
    return plain(documents[0]) if len(documents) == 1 else None


def main(program, *folders):
    files = sorted(file for folder in folders for pattern in ("*.yml", "*.yaml")
                   for file in pathlib.Path(folder).rglob(pattern))
    output = subprocess.run([program], input="".join(f"{file}\n" for file in files), capture_output=True, text=True,
                            check=True).stdout.splitlines()
    compared = differing = 0
    for file, line in zip(files, output, strict=True):
        try:
            theirs = expected(file)
        except yaml.YAMLError:
            continue
        if theirs is None:
            continue
        compared += 1
        if not same(json.loads(line), theirs):
            differing += 1
            print(f"{file}: differs\n  ours:   {line[:300]}\n  PyYAML: {json.dumps(theirs)[:300]}")
    print(f"{compared - differing} of {compared} files read alike")
    return 1 if differing or not compared else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
