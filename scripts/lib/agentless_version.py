#!/usr/bin/env python3
"""Puts the version into the task.json of a task that has no executable to print it: agentless_version.py FILE VERSION"""
import json
import pathlib
import sys


def main(file, version):
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["version"] = dict(zip(("Major", "Minor", "Patch"), map(int, version.split("."))))
    file.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
