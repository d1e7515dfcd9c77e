#!/usr/bin/env python3
"""aml-submit beside the official Python SDK on the same aml-emulator: processor time, elapsed time, memory, requests and bytes.

Usage: submit.py --bin FOLDER [--sdk-python FILE] [--only CASE]. The executables are release builds; aml-emulator is among them or
in build/dev/bin. Bytes are those of the bodies of requests and answers as the emulator counts them, without headers and TLS."""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

from measure import high_water  # noqa: E402
from support.agent import environment  # noqa: E402
from support.emulator import Emulator  # noqa: E402
from support.places import REPOSITORY  # noqa: E402

LINE = re.compile(r"info: [A-Z]+ \S+ -> \d+ in \d+ ms \((?P<route>[\w-]+)\), (?P<up>\d+) B up, (?P<down>\d+) B down")
SDK = HERE / "submit_sdk.py"
MEGABYTE = 1 << 20

COMMAND_JOB = """\
$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
display_name: {name}
command: {command}
code: {code}
environment: azureml:plain:1
compute: azureml:cpu-cluster
"""


def write(file, data):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def one_file(folder, tag):
    write(folder / "src" / "train.py", f"print('{tag}')\n")
    return write(folder / "job.yml", COMMAND_JOB.format(name=f"one-{tag}", command="python3 train.py", code="src"))


def snapshot(folder, tag):
    """2,000 files, 300 MB, of which nothing can be compressed; another tree for each side."""
    source = random.Random(tag)
    block = source.randbytes(2 * MEGABYTE)
    for number in range(2000):
        size = 150 * 1024
        start = source.randrange(len(block) - size)
        write(folder / "src" / f"d{number % 40}" / f"{number}.bin", number.to_bytes(4, "big") + block[start:start + size])
    return write(folder / "job.yml", COMMAND_JOB.format(name=f"snapshot-{tag}", command="echo done", code="src"))


def pipeline(folder, tag):
    write(folder / "src" / "step.py", f"print('{tag}')\n")
    lines = ["$schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json", "type: pipeline",
             f"display_name: pipeline-{tag}", "settings: {default_compute: azureml:cpu-cluster}", "jobs:"]
    for number in range(20):
        lines += [f"  step_{number}:", "    type: command", f"    command: python3 step.py {number}", "    code: src",
                  "    environment: azureml:plain:1"]
    return write(folder / "pipeline.yml", "\n".join(lines) + "\n")


def logs(folder, tag):
    """A job that writes 100 MB of lines in half a minute, as a quick training run may."""
    write(folder / "src" / "talk.py", "import sys, time\nline = 'x' * 99 + '\\n'\n"
          "for part in range(100):\n    sys.stdout.write(line * 10486)\n    sys.stdout.flush()\n    time.sleep(0.3)\n")
    return write(folder / "job.yml", COMMAND_JOB.format(name=f"logs-{tag}", command="python3 talk.py", code="src"))


class Case:
    def __init__(self, name, what, make, stream=False, repeat=False, memory=True):
        self.name, self.what, self.make, self.stream, self.repeat, self.memory = name, what, make, stream, repeat, memory


CASES = [Case("a", "a command job of one file", one_file), Case("b", "a snapshot of 2,000 files, 300 MB", snapshot),
         Case("c", "the same, unchanged", snapshot, repeat=True), Case("d", "a pipeline of 20 steps", pipeline),
         Case("e", "streaming 100 MB of logs", logs, stream=True)]


class Figures:
    def __init__(self, seconds, processor, memory, requests, up, down):
        self.seconds, self.processor, self.memory = seconds, processor, memory
        self.requests, self.up, self.down = requests, up, down


def traffic(text):
    found = list(LINE.finditer(text))
    return len(found), sum(int(one["up"]) for one in found), sum(int(one["down"]) for one in found)


def run(command, env, folder, emulator):
    """Runs it to its end; what the emulator was asked for meanwhile is its traffic. A job that goes on asks for nothing."""
    before = len(emulator.log)
    began = time.perf_counter()
    output = open(folder / "output.txt", "wb")
    process = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    peak = [0]

    def watch():
        while process.returncode is None and (now := high_water(process.pid)):
            peak[0] = max(peak[0], now)
            time.sleep(0.02)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    ended = time.perf_counter()
    process.returncode = os.waitstatus_to_exitcode(status)
    output.close()
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}:\n{(folder / 'output.txt').read_text()[-2000:]}")
    return Figures(ended - began, usage.ru_utime + usage.ru_stime, peak[0], *traffic(emulator.log[before:]))


def idle(emulator):
    """Until nothing is asked any more: the jobs of the run before have ended."""
    while True:
        size = len(emulator.log)
        time.sleep(1)
        if len(emulator.log) == size:
            return


def ours(binaries, emulator, case, file):
    inputs = {**emulator.azure_inputs(), "jobFile": str(file), "wait": str(case.stream).lower(), "summary": "false"}
    env = environment(file.parent, inputs, emulator.connection, {})
    env["AGENT_CAINFO"] = emulator.connection["AGENT_CAINFO"]
    return run([str(binaries / "aml-submit")], env, file.parent, emulator)


def theirs(python, emulator, case, file):
    env = {**{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}, **emulator.connection}
    return run([python, str(SDK), str(file), "stream" if case.stream else "submit"], env, file.parent, emulator)


def prepare(binaries, emulator, folder):
    """What the jobs name."""
    write(folder / "compute.yml", "name: cpu-cluster\ntype: amlcompute\nsize: Standard_DS3_v2\n")
    write(folder / "environment.yml", "name: plain\nversion: 1\nimage: python:3.11\n")
    inputs = {**emulator.azure_inputs(), "jobFile": "compute.yml\nenvironment.yml"}
    env = {**environment(folder, inputs, emulator.connection, {}), "AGENT_CAINFO": emulator.connection["AGENT_CAINFO"]}
    run([str(binaries / "aml-submit")], env, folder, emulator)


def measure_all(arguments, folder):
    binaries = pathlib.Path(arguments.bin).resolve()
    if (binaries / "aml-emulator").exists():
        os.environ["MLOPS_BIN"] = str(binaries)
    sides = [("aml-submit", lambda *given: ours(binaries, *given))]
    if arguments.sdk_python:
        sides.append(("azure-ai-ml", lambda *given: theirs(arguments.sdk_python, *given)))
    with Emulator(folder / "emulator", "--tls") as emulator:
        prepare(binaries, emulator, folder)
        for case in CASES:
            if arguments.only and case.name not in arguments.only:
                continue
            for side, measure in sides:
                place = folder / (f"b-{side}" if case.repeat else f"{case.name}-{side}")
                file = place / "job.yml" if case.repeat and place.exists() else case.make(place, side)
                idle(emulator)
                yield case, side, measure(emulator, case, file)


def table(results):
    rows = [("case", "program", "CPU", "elapsed", "max RSS", "requests", "MB up", "MB down")]
    by_case = {}
    for case, side, got in results:
        by_case.setdefault(case, {})[side] = got
        rows.append((f"({case.name}) {case.what}", side, f"{got.processor:.3f} s", f"{got.seconds:.2f} s",
                     f"{got.memory / MEGABYTE:.1f} MB", str(got.requests), f"{got.up / MEGABYTE:.2f}", f"{got.down / MEGABYTE:.2f}"))
        if len(by_case[case]) == 2:
            us, sdk = by_case[case]["aml-submit"], by_case[case]["azure-ai-ml"]
            ratios = [(sdk.processor, us.processor), (sdk.seconds, us.seconds), (sdk.memory, us.memory),
                      (sdk.requests, us.requests), (sdk.up, us.up), (sdk.down, us.down)]
            rows.append(("", "SDK takes", *(f"{theirs / max(own, 1e-9):.1f} x" for theirs, own in ratios)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                       for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="folder with aml-submit")
    parser.add_argument("--sdk-python", help="a Python that has azure-ai-ml")
    parser.add_argument("--only", action="append", help="this case alone: a, b, c (needs b), d or e; may be repeated")
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlops-bench-") as folder:
        results = list(measure_all(arguments, pathlib.Path(folder)))
    print(table(results))
    if arguments.json:
        figures = [{"case": case.name, "program": side, **vars(got)} for case, side, got in results]
        pathlib.Path(arguments.json).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
