#!/usr/bin/env python3
"""The example's own pipeline, templates included, from code to production: approved, refused, and stopped by the gate."""

import json
import subprocess

from support import scenario
from support.places import REPOSITORY, binary

PIPELINE = REPOSITORY / "examples" / "breast-cancer" / "azure-pipelines.yml"
ENVIRONMENTS = "environments: {PRD: {approval: {instructions: Read the verdict of the gate}}}"


class Cycle(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator()
        self.connection = self.folder / "azure.env"
        self.connection.write_text("".join(f"{name}={value}\n" for name, value in self.emulator.connection.items()), encoding="utf-8")
        self.environments = self.folder / "environments.yml"
        self.environments.write_text(ENVIRONMENTS, encoding="utf-8")

    def run_pipeline(self, name, *arguments):
        output = self.folder / name
        command = [binary("pipeline-run"), PIPELINE, "--connection", f"azure-mlops={self.connection}", "--environments", self.environments,
                   "--build-id", str(len(list(self.folder.glob("run*"))) + 1), "--output", output, *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        stages = {stage["name"]: stage["result"] for stage in json.loads((output / "run.json").read_text(encoding="utf-8"))["stages"]}
        return run, stages

    def test_from_code_to_production(self):
        refused, stages = self.run_pipeline("run1", "--reject", "PRD")
        self.assertEqual(refused.returncode, 1, refused.stdout)
        self.assertEqual(stages, {"Train_DEV": "Succeeded", "Deploy_DEV": "Succeeded", "Train_PRD": "Succeeded", "Deploy_PRD": "Failed"})
        self.assertEqual(self.emulator.workspace("mlops-prd").names("onlineEndpoints"), [])

        # The same run goes on where it ended, once somebody approves.
        approved, stages = self.run_pipeline("run2", "--approve", "PRD", "--from", self.folder / "run1")
        self.assertEqual(approved.returncode, 0, approved.stdout + approved.stderr)
        self.assertEqual(stages["Deploy_PRD"], "Succeeded")
        self.assertIn("deploy-aks: model-1 serves on breast-cancer-prd", approved.stdout)
        self.assertNotIn("Train_DEV.train]", approved.stdout)

    def test_a_worse_model_stops_at_the_gate(self):
        run, stages = self.run_pipeline("run1", "--approve", "PRD", "--parameter", "trainingSettings=inputs.quality=worse")
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertEqual(stages["Train_DEV"], "Failed")
        self.assertEqual(stages["Deploy_DEV"], "Skipped")
        report = self.folder / "run1" / "artifacts" / "quality-gate-DEV" / "report.json"
        self.assertEqual(json.loads(report.read_text(encoding="utf-8"))["verdict"], "fail")
        self.assertEqual(self.emulator.workspace().names("onlineEndpoints"), [])


if __name__ == "__main__":
    scenario.main()
