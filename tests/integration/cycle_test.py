#!/usr/bin/env python3
"""The example's pipelines, templates included, through a model's whole life on one emulator. The tests are one story in the order of
their names: each goes on where the one before it ended."""

import json
import os
import shutil
import subprocess
import sys
import unittest

from support import scenario
from support.devops import DevOps
from support.emulator import Emulator
from support.places import EXAMPLE, REPOSITORY, binary

APPROVAL = "environments: {STAGE: {approval: {instructions: Read the verdict of the gate}}}"
THREE = """[{name: DEV, connection: azure-mlops, testEndpoint: true}, {name: STAGE, connection: azure-mlops},
            {name: PRD, connection: azure-mlops, manualApproval: true}]"""
ONLY_PRODUCTION = "[{name: PRD, connection: azure-mlops}]"


def connection_file(folder, name, variables):
    return scenario.write(folder, name, "".join(f"{key}={value}\n" for key, value in variables.items()))


class Cycle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = scenario.temporary_folder(cls)
        # A repository as a consumer has it: the example, and the templates at its root.
        cls.sources = cls.folder / "consumer"
        shutil.copytree(REPOSITORY / "pipeline-templates", cls.sources / "pipeline-templates")
        cls.example = cls.sources / "examples" / "breast-cancer"
        shutil.copytree(EXAMPLE, cls.example, ignore=shutil.ignore_patterns("__pycache__"))
        workspaces = [f"--workspace=rg-mlops/mlops-{name}" for name in ("dev", "stage", "prd")]
        cls.emulator = Emulator(cls.folder / "emulator", *workspaces)
        cls.addClassCleanup(cls.emulator.stop)
        cls.dev_ops = DevOps()
        cls.addClassCleanup(cls.dev_ops.stop)
        cls.connections = ["--connection", f"azure-mlops={connection_file(cls.folder, 'azure.env', cls.emulator.connection)}",
                           "--connection", f"dev-ops={connection_file(cls.folder, 'dev-ops.env', cls.dev_ops.connection)}"]
        cls.environments = scenario.write(cls.folder, "environments.yml", APPROVAL)

    def run_pipeline(self, name, pipeline, *arguments, succeeds=True, build_id=None):
        """Runs a pipeline of the example; its output, and its record with the results of the stages as `results`."""
        output = self.folder / name
        command = [binary("pipeline-run"), self.example / pipeline, "--sources", self.sources, *self.connections, "--environments", self.environments,
                   "--build-id", build_id or str(len(list(self.folder.glob("run-*"))) + 1), "--output", output, *arguments]
        # The distribution's Python, which has what the tests of the example need.
        environment = {**os.environ, "PATH": f"/usr/bin:{os.environ['PATH']}"}
        run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd=self.sources, env=environment)
        self.assertEqual(run.returncode, 0 if succeeds else 1, run.stdout + run.stderr)
        record = json.loads((output / "run.json").read_text(encoding="utf-8"))
        record["results"] = {stage["name"]: stage["result"] for stage in record["stages"]}
        record["outputs"] = {stage["name"]: stage.get("outputs", {}) for stage in record["stages"]}
        return run.stdout, record

    def train_and_deploy(self, name, *arguments, **options):
        return self.run_pipeline(name, "azure-pipelines.yml", "--parameter", f"environments={THREE}", *arguments, **options)

    def monitor(self, name, *arguments):
        monitored = "{name: PRD, connection: azure-mlops}"
        return self.run_pipeline(name, "pipelines/monitor-and-retrain.yml", "--parameter", f"monitored={monitored}", "--parameter",
                                 f"environments={ONLY_PRODUCTION}", "--parameter", "azureDevOps=dev-ops", *arguments)

    def production(self):
        """The traffic of production's endpoint, and the versions of its model with the production tag."""
        workspace = self.emulator.workspace("mlops-prd")
        endpoint = workspace.ask("onlineEndpoints/breast-cancer-prd")
        tagged = [version for version in workspace.names("models/breast-cancer/versions")
                  if workspace.ask(f"models/breast-cancer/versions/{version}")["properties"]["tags"].get("stage") == "production"]
        return endpoint["properties"]["traffic"], tagged

    def test_1_a_change_is_checked(self):
        if subprocess.run(["/usr/bin/python3", "-c", "import pytest, pytest_cov, flake8"], check=False, capture_output=True).returncode:
            self.skipTest("python3-pytest, python3-pytest-cov and python3-flake8 are not installed")
        text, record = self.run_pipeline("run-change", "pipelines/pull-request.yml", "--parameter", "pythonVersion=", "--parameter", "requirements=")
        self.assertEqual(record["results"], {"Check": "Succeeded", "Smoke_training": "Succeeded"})
        self.assertIn("PASS", text)
        self.assertEqual(self.emulator.workspace("mlops-dev").names("models"), [])

    def test_2_from_code_to_production_with_a_refusal(self):
        text, record = self.train_and_deploy("run-refused", "--reject", "approve", "--approve", "STAGE", succeeds=False)
        self.assertEqual(record["results"], {"Train_DEV": "Succeeded", "Deploy_DEV": "Succeeded", "Train_STAGE": "Succeeded",
                                             "Deploy_STAGE": "Succeeded", "Train_PRD": "Succeeded", "Deploy_PRD": "Failed"})
        self.assertIn("Deploy to PRD? The quality gate says pass: all 7 conditions are met.", text)
        # The test endpoint of DEV is gone, that of STAGE serves; nothing was registered in PRD.
        self.assertEqual(self.emulator.workspace("mlops-dev").names("onlineEndpoints"), [])
        self.assertEqual(self.emulator.workspace("mlops-stage").names("onlineEndpoints"), ["breast-cancer-stage"])
        self.assertEqual(self.emulator.workspace("mlops-prd").names("models"), [])

    def test_3_the_refused_stage_is_run_again_alone(self):
        text, record = self.train_and_deploy("run-approved", "--approve", "all", "--from", str(self.folder / "run-refused"), "--stage", "Deploy_PRD")
        self.assertEqual(record["results"]["Deploy_PRD"], "Succeeded")
        self.assertIn("deploy-aks: model-1 serves on breast-cancer-prd", text)
        self.assertNotIn("[Train_", text)
        self.assertEqual(self.production(), ({"model-1": 100}, ["1"]))

    def test_4_a_worse_model_stops_before_it_is_registered(self):
        _, record = self.train_and_deploy("run-worse", "--approve", "all", "--parameter", "trainingSettings=inputs.quality=worse", succeeds=False)
        self.assertEqual((record["results"]["Train_DEV"], record["results"]["Deploy_DEV"]), ("Failed", "Skipped"))
        report = self.folder / "run-worse" / "artifacts" / "quality-gate-DEV-1" / "report.json"
        self.assertEqual(json.loads(report.read_text(encoding="utf-8"))["verdict"], "fail")
        self.assertEqual(self.emulator.workspace("mlops-dev").names("models/breast-cancer/versions"), ["1"])

    def test_5_cases_are_scored_in_a_batch(self):
        _, record = self.run_pipeline("run-batch", "pipelines/batch-inference.yml")
        self.assertEqual(record["results"], {"Score": "Succeeded"})
        predictions = list((self.folder / "run-batch" / "artifacts" / "predictions-1").rglob("predictions.csv"))
        lines = predictions[0].read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(lines), 400)
        self.assertRegex(lines[0], r"^fresh\.csv,0,(benign|malignant),[01]\.\d+$")
        self.assertTrue((self.folder / "run-batch" / "artifacts" / "batch-report-1" / "report.json").is_file())

    def test_6_without_drift_nothing_is_trained(self):
        text, record = self.monitor("run-still")
        self.assertEqual(record["results"], {"Monitor": "Succeeded", "Train_PRD": "Skipped", "Deploy_PRD": "Skipped"})
        self.assertIn("production.age_days 0", text)
        self.assertEqual(self.dev_ops.requests, [])
        self.assertEqual(self.production(), ({"model-1": 100}, ["1"]))

    def test_7_planted_drift_is_found_and_trained_away(self):
        subprocess.run([sys.executable, EXAMPLE / "src" / "sample.py", "--data", EXAMPLE / "data" / "breast_cancer.csv", "--output",
                        self.example / "data" / "fresh.csv", "--rows", "450", "--columns", "mean_radius", "mean_texture", "--factor", "1.25"], check=True)
        _, record = self.monitor("run-drift", "--approve", "all")
        self.assertEqual(record["results"], {"Monitor": "SucceededWithIssues", "Train_PRD": "Succeeded", "Deploy_PRD": "Succeeded"})
        self.assertIn("data-fail", record["tags"])
        outputs = record["outputs"]["Monitor"]["monitor"]
        self.assertRegex(outputs["data.headline"]["value"], r"^fail: data\.drift [\d.]+ is above the maximum 0\.25\.")
        (fields,) = self.dev_ops.posted("/_apis/wit/workitems/%24Issue")
        self.assertEqual(fields[0]["value"], "The model in PRD needs attention")
        self.assertIn("data.drift", fields[1]["value"])
        self.assertEqual(self.production(), ({"model-2": 100}, ["2"]))

    def test_8_the_traffic_goes_back(self):
        refused, record = self.run_pipeline("run-kept", "pipelines/rollback.yml", "--parameter", "reason=alarms are up", "--reject", "all",
                                            succeeds=False)
        self.assertEqual(record["results"], {"Roll_back": "Failed"})
        self.assertIn("Roll PRD back? alarms are up", refused)
        self.assertEqual(self.production(), ({"model-2": 100}, ["2"]))
        text, _ = self.run_pipeline("run-back", "pipelines/rollback.yml", "--approve", "all")
        self.assertIn("deploy-aks: model-1 serves on breast-cancer-prd", text)
        self.assertEqual(self.production(), ({"model-1": 100}, ["1"]))
        # And to a version by its number: its deployment is still there and is taken as it is.
        self.run_pipeline("run-forward", "pipelines/rollback.yml", "--parameter", "modelVersion=2", "--approve", "all")
        self.assertEqual(self.production(), ({"model-2": 100}, ["2"]))


if __name__ == "__main__":
    scenario.main()
