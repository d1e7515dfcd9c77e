#!/usr/bin/env python3
"""Expansion of a large pipeline by pipeline-run, beside reading the same files and one as long as its result with PyYAML.

99 templates of steps with typed parameters, a loop, a condition and expressions make 2,079 steps."""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import yaml

TEMPLATE = """\
parameters:
- {name: count, type: number}
- {name: names, type: object}
steps:
- ${{ each name in parameters.names }}:
  - script: echo ${{ name }} of ${{ parameters.count }}
    displayName: ${{ format('{0}-{1}', name, parameters.count) }}
    ${{ if eq(name, 'n1') }}:
      condition: always()
"""
TEMPLATES = 99
NAMES = ", ".join(f"n{number}" for number in range(21))


def write(folder):
    (folder / "steps").mkdir()
    jobs = []
    for number in range(TEMPLATES):
        (folder / "steps" / f"{number}.yml").write_text(TEMPLATE, encoding="utf-8")
        jobs.append(f"- job: job{number}\n  steps:\n  - template: steps/{number}.yml\n    parameters: {{count: {number}, names: [{NAMES}]}}\n")
    pipeline = folder / "azure-pipelines.yml"
    pipeline.write_text("jobs:\n" + "".join(jobs), encoding="utf-8")
    return pipeline


def median_milliseconds(runs, work):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--sdk-python", help="not used here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pipeline = write(folder)
        command = [arguments.bin / "pipeline-run", pipeline, "--sources", folder, "--expand"]
        expanded = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        steps = sum(len(job["steps"]) for job in yaml.safe_load(expanded)["jobs"])
        ours = median_milliseconds(arguments.runs, lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        files = [pipeline, *(folder / "steps").iterdir()]

        def read():
            for file in files:
                yaml.safe_load(file.read_text(encoding="utf-8"))
            yaml.safe_load(expanded)

        peer = median_milliseconds(min(3, arguments.runs), read)
    figures = {"templates": TEMPLATES, "steps": steps, "expand_ms": round(ours, 1), "pyyaml_read_ms": round(peer, 1),
               "ratio": round(peer / ours, 1)}
    print(f"{TEMPLATES} templates, {steps} steps: expanded and printed in {ours:.1f} ms (median of {arguments.runs} processes)\n"
          f"PyYAML reads the files and the result in {peer:.1f} ms: {peer / ours:.1f} times as long")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
