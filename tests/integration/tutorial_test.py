#!/usr/bin/env python3
"""docs/tutorial.md, followed to the letter: its files, its commands, the approval on a terminal.

Jobs run with the distribution's Python and its packages: nothing is downloaded. Of the packages that the tutorial's environment names, it
lacks mlflow; the example's client of the same REST API stands in for it."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from support import scenario
from support.places import EXAMPLE, REPOSITORY, binaries, binary
from support.terminal import Terminal

PYTHON = "/usr/bin/python3"
TEXT = (REPOSITORY / "docs" / "tutorial.md").read_text()
FILES = dict(re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE))
COMMANDS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
MLFLOW = """
import os
import tracking

def log_metrics(metrics):
    address = tracking.server_address(os.environ["MLFLOW_TRACKING_URI"])
    tracking.RestTracker(address, os.environ["MLFLOW_RUN_ID"], os.environ.get("MLFLOW_TRACKING_TOKEN", "")).log_metrics(metrics)
"""


def command(text):
    found = [one for one in COMMANDS if text in one]
    assert len(found) == 1, f"the tutorial has {len(found)} commands with {text}"
    return found[0]


class Tutorial(scenario.Scenario):
    def setUp(self):
        super().setUp()
        for program in ("pipeline-run", "aml-emulator", "config-resolve", "aml-submit", "quality-gate", "model-register", "deploy-aks"):
            binary(program)
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        if subprocess.run([PYTHON, "-c", "import sklearn, pandas"], capture_output=True, check=False).returncode:
            self.skipTest(f"scikit-learn and pandas are not installed for {PYTHON}")
        self.iris = self.folder / "iris"
        self.environment = {
            "HOME": str(self.folder), "LANG": "C.UTF-8", "TERM": "xterm", "MLOPS": str(REPOSITORY),
            "PATH": f"{binaries()}:/usr/bin:/bin:{pathlib.Path(shutil.which('node')).parent}",
            "PIP_INDEX_URL": "http://127.0.0.1:9/",  # nobody is there
        }
        self.environment.update({name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ})

    def shell(self, text, folder):
        subprocess.run(["bash", "-euc", text], cwd=folder, env=self.environment, check=True)

    def provide_mlflow(self):
        place = subprocess.run([PYTHON, "-m", "site", "--user-site"], env=self.environment, capture_output=True, text=True, check=False)
        folder = pathlib.Path(place.stdout.strip())
        scenario.write(folder, "mlflow.py", MLFLOW)
        shutil.copy(EXAMPLE / "src" / "tracking.py", folder)

    def on_a_terminal(self, text):
        terminal = Terminal(["bash", "-euc", f"exec {text}"], self.iris, self.environment)
        self.addCleanup(terminal.close)
        return terminal

    def results(self, number):
        record = json.loads((self.iris / ".pipeline-run" / str(number) / "run.json").read_text())
        return {stage["name"]: stage["result"] for stage in record["stages"]}

    def test_the_model_goes_through_the_whole_cycle_and_the_gate_stops_the_next_one(self):
        self.provide_mlflow()
        self.shell("git config --global init.defaultBranch main;" + re.sub(r"^export .*\n", "", COMMANDS[0], flags=re.MULTILINE), self.folder)
        for name, content in FILES.items():
            scenario.write(self.iris, name, content.encode())
        self.shell(command("load_iris"), self.iris)

        first = self.on_a_terminal(command("environments.yml --emulator\n"))
        first.read_until("Approve PRD? [y/N]", 120)
        self.assertIn("? Deploy_PRD  waits for approval", first.shown)
        first.type("y\r")
        self.assertEqual(first.finish(), 0, first.shown)
        self.assertEqual(set(self.results(1).values()), {"Succeeded"})
        self.assertIn('HTTP 200 {"predictions": ["setosa"]}', self.log(1, "Deploy_PRD/deploy.deploy/05-deploy.log"))

        rules = self.iris / "gates" / "quality.yml"
        rules.write_text(rules.read_text().replace("min: 0.9\n", "min: 0.99\n"))
        second = self.on_a_terminal(command("--approve PRD"))
        self.assertEqual(second.finish(), 1, second.shown)
        self.assertIn("Train_DEV / Judge the model:", second.shown)
        self.assertRegex(second.shown, r"accuracy 0\.9\d* is below the minimum 0\.99")
        self.assertEqual(self.results(2), {"Train_DEV": "Failed", "Deploy_DEV": "Skipped", "Train_PRD": "Skipped", "Deploy_PRD": "Skipped"})
        left = subprocess.run(["pgrep", "-f", str(self.iris)], capture_output=True, text=True, check=False)
        self.assertEqual(left.stdout, "", "the emulator ended with the run")

    def log(self, number, name):
        return (self.iris / ".pipeline-run" / str(number) / "logs" / name).read_text()


if __name__ == "__main__":
    scenario.main()
