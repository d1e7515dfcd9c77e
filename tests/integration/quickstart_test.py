#!/usr/bin/env python3
"""scripts/quickstart from end to end: twice with a good model, then with one that the quality gate must stop.

Jobs and deployments run with the distribution's Python and its packages: nothing is downloaded."""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest

from support import scenario
from support.agent import TASK_FOLDERS
from support.emulator import Emulator
from support.places import REPOSITORY, SPECIFICATIONS, binary

PYTHON = "/usr/bin/python3"
ENVIRONMENTS = {"DEV": "mlops-dev", "PRD": "mlops-prd"}
MODEL = "breast-cancer"


def require_peers():
    if not shutil.which("node"):
        raise unittest.SkipTest("node is not installed")
    if subprocess.run([PYTHON, "-c", "import sklearn, pandas"], capture_output=True, check=False).returncode:
        raise unittest.SkipTest(f"scikit-learn and pandas are not installed for {PYTHON}")


class Quickstart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        require_peers()
        cls.folder = scenario.temporary_folder(cls)
        cls.data = cls.folder / "data"
        cls.bin = cls.make_binaries()
        cls.runs, cls.states = [], []
        for arguments in ([], [], ["--worse-model"]):
            cls.runs.append(cls.quickstart(*arguments))
            cls.states.append(cls.look())

    @classmethod
    def make_binaries(cls):
        """The executables under test; the emulator among them stays offline and records what it is sent."""
        folder = cls.folder / "bin"
        folder.mkdir()
        for task in ("pipeline-run", *TASK_FOLDERS):
            (folder / task).symlink_to(binary(task))
        wrapper = folder / "aml-emulator"
        # Each start of the emulator numbers its records anew.
        wrapper.write_text(f'#!/bin/sh\nexec "{binary("aml-emulator")}" --offline --record "{cls.folder}/record/$$" "$@"\n')
        wrapper.chmod(0o755)
        return folder

    @classmethod
    def quickstart(cls, *arguments):
        command = [str(REPOSITORY / "scripts" / "quickstart"), "--bin", str(cls.bin), "--data", str(cls.data), "--python", PYTHON]
        return subprocess.run([*command, *arguments], cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=600, check=False, env={**os.environ, "NO_COLOR": "1"})

    @classmethod
    def look(cls):
        """What each environment has in service and in its registry."""
        with Emulator(cls.folder / "look", data=cls.data / "emulator") as emulator:
            cls.secret = emulator.secret
            return {name: cls.state(emulator.workspace(workspace)) for name, workspace in ENVIRONMENTS.items()}

    @staticmethod
    def state(workspace):
        versions = workspace.names(f"models/{MODEL}/versions")
        tags = {version: workspace.ask(f"models/{MODEL}/versions/{version}")["properties"]["tags"] for version in versions}
        state = {"versions": versions, "production": [version for version in versions if tags[version].get("stage") == "production"]}
        for endpoint in workspace.names("onlineEndpoints"):
            deployments = workspace.names(f"onlineEndpoints/{endpoint}/deployments")
            resources = [workspace.ask(f"onlineEndpoints/{endpoint}/deployments/{name}") for name in deployments]
            state[endpoint] = {
                "traffic": workspace.ask(f"onlineEndpoints/{endpoint}")["properties"]["traffic"],
                "deployments": {resource["name"]: resource["properties"]["model"].rsplit("/", 1)[-1] for resource in resources},
            }
        return state

    def outcome(self, build, environment):
        """The outputs of the environment's jobs by "step.variable", as the run left them."""
        record = json.loads((self.data / "runs" / str(build) / "run.json").read_text())
        stages = [stage for stage in record["stages"] if stage["name"].endswith(f"_{environment}")]
        outputs = [item for stage in stages for job in stage["outputs"].values() for item in job.items()]
        return {".".join(name.split(".")[-2:]): entry["value"] for name, entry in outputs}

    def assert_serves(self, state, environment, version, kept=()):
        """The version has all of the traffic; the example keeps the one before it, for a rollback."""
        endpoint = state[environment][f"{MODEL}-{environment.lower()}"]
        self.assertEqual(sorted(endpoint["deployments"].values()), [*kept, version], "one deployment of each, and no other")
        serving = {endpoint["deployments"][name]: share for name, share in endpoint["traffic"].items() if share}
        self.assertEqual(serving, {version: 100})
        self.assertEqual(state[environment]["production"], [version])

    def test_1_the_first_run_deploys_everywhere(self):
        self.assertEqual(self.runs[0].returncode, 0, self.runs[0].stdout)
        for environment in ENVIRONMENTS:
            self.assert_serves(self.states[0], environment, "1")
            variables = self.outcome(1, environment)
            self.assertEqual(variables["gate.verdict"], "pass")
            self.assertGreater(float(variables["train.metric_accuracy"]), 0.95)
            self.assertEqual(variables["deploy.smokeTestStatus"], "200")

    def test_2_the_second_run_replaces_the_model(self):
        self.assertEqual(self.runs[1].returncode, 0, self.runs[1].stdout)
        for environment in ENVIRONMENTS:
            self.assertEqual(self.states[1][environment]["versions"], ["1", "2"])
            self.assert_serves(self.states[1], environment, "2", kept=["1"])
            self.assertEqual(self.outcome(2, environment)["gate.baselineVersion"], "1")
            self.assertNotEqual(self.outcome(2, environment)["train.jobName"], self.outcome(1, environment)["train.jobName"])

    def test_3_the_deployed_model_answers(self):
        for run in self.runs[:2]:
            self.assertRegex(run.stdout, r'sample-request\.json -> \["malignant","benign"\]')

    def test_4_a_worse_model_is_stopped_and_changes_nothing(self):
        worse = self.runs[2]
        self.assertEqual(worse.returncode, 1, worse.stdout)
        self.assertEqual(self.states[2], self.states[1])
        self.assertIn("DEV was stopped by the quality gate; nothing was deployed after that:", worse.stdout)
        self.assertRegex(worse.stdout, r"accuracy 0\.\d+ is below the minimum 0\.93")
        self.assertEqual(self.outcome(3, "DEV")["gate.verdict"], "fail")
        self.assertNotIn("train.jobName", self.outcome(3, "PRD"))

    def test_5_no_secret_is_shown(self):
        for run in self.runs:
            self.assertNotIn(self.secret, run.stdout)
            self.assertNotRegex(run.stdout, r"sig=[A-Za-z0-9%]{20}")
            self.assertNotIn("eyJ", run.stdout)

    def test_6_what_was_sent_is_valid(self):
        validator = REPOSITORY / "tests" / "conformance" / "bodies" / "validate_bodies.py"
        records = sorted((self.folder / "record").iterdir())
        self.assertEqual(len(records), len(self.runs))
        for record in records:
            checked = subprocess.run([PYTHON, str(validator), str(SPECIFICATIONS / "azure-resource-manager"), str(record)],
                                     capture_output=True, text=True, check=False)
            if checked.returncode == scenario.SKIPPED:
                self.skipTest(checked.stdout.strip())
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
            self.assertTrue(re.search(r"[1-9]\d* of \d+ bodies are valid", checked.stdout), checked.stdout)

    def test_7_nothing_goes_on(self):
        """No process of the quick start is left."""
        left = []
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/cmdline", encoding="utf-8", errors="replace") as file:
                    command = file.read().replace("\0", " ")
            except OSError:
                continue
            if str(self.data) in command and int(process) != os.getpid():
                left.append(f"{process} {command}")
        self.assertEqual(left, [])


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    scenario.main()
