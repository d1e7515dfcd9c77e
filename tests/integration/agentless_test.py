#!/usr/bin/env python3
"""A training that is waited for without an agent: submitted, looked at by an agentless job, collected and judged. The looks go through
the task MlopsAmlWait@1, with pauses of fractions of a second."""

import json
import os
import shutil
import signal
import time

from support import scenario, workload
from support.agent import Running
from support.places import EXAMPLE, REPOSITORY, binary

PIPELINE = """\
resources:
  repositories:
  - {repository: mlops, type: git, name: mlops/mlops-azure-ml}
stages:
- stage: Train_DEV
  jobs:
  - template: pipeline-templates/jobs/train.yml@mlops
    parameters:
      environment: {name: DEV, connection: azure}
      configuration: configuration-{environment}.yml
      assets: ''
      trainingJob: job.yml
      trainingSettings: ''
      gateRules: rules.yml
      pool: {vmImage: ubuntu-latest}
      timeoutInMinutes: 10
      waitForTraining: server
      trainingWaits: [%s]
- stage: Deploy_DEV
  jobs:
  - job: deploy
    variables:
      trained: $[ stageDependencies.Train_DEV.train.outputs['train.jobName'] ]
    steps:
    - checkout: none
    - script: echo "deploy $(trained)"
"""
CONFIGURATION = "variables: {RESOURCE_GROUP: rg-mlops, WORKSPACE: mlops-dev, MODEL_NAME: model}\n"
RULES = "rules: [{metric: accuracy, min: 0.8, description: Right answers.}]\n"
TRAIN = "from tracking import open_tracker\nprint('the last line of the training')\nopen_tracker().log_metrics({'accuracy': 0.9})\n"


class Agentless(scenario.Scenario):
    def setUp(self):
        if not shutil.which("node"):
            self.skipTest("node is not installed")
        super().setUp()
        self.emulator = self.start_emulator()
        workload.prepare(self.emulator)
        self.workspace = self.emulator.workspace()
        self.sources = self.folder / "sources"
        for name, text in {"configuration-DEV.yml": CONFIGURATION, "rules.yml": RULES, "src/train.py": TRAIN,
                           "src/tracking.py": (EXAMPLE / "src" / "tracking.py").read_text()}.items():
            scenario.write(self.sources, name, text)
        self.connection = scenario.write(self.folder, "azure.env", "".join(
            f"{name}={value}\n" for name, value in self.emulator.connection.items()))

    def start(self, command, *arguments, pause=0.01):
        """A run of the pipeline whose training is the command."""
        scenario.write(self.sources, "job.yml", workload.JOB.replace("echo ${{inputs.rate}}", command))
        scenario.write(self.sources, "azure-pipelines.yml", PIPELINE % ", ".join([str(pause)] * 40))
        self.output = self.folder / f"run{len(list(self.folder.glob('run*')))}"
        return Running([str(binary("pipeline-run")), "azure-pipelines.yml", "--connection", f"azure={self.connection}", "--repository",
                        f"mlops={REPOSITORY}", "--build-id", "7", "--output", str(self.output), *arguments], self.sources,
                       dict(os.environ))

    def record(self):
        return json.loads((self.output / "run.json").read_text())

    def results(self):
        """Of the jobs that ran. The wait ends with a look that fails; continueOnError makes that an issue of its stage."""
        return {job["name"]: job["result"] for stage in self.record()["stages"] for job in stage["jobs"]}

    def job_states(self):
        return {name: self.workspace.ask(f"jobs/{name}")["properties"]["status"] for name in self.workspace.names("jobs")}

    def test_a_training_goes_through_and_its_job_is_what_the_next_stage_gets(self):
        outcome = self.start("sleep 3 && python train.py").finish()
        self.assertEqual(outcome.exit_code, 0, outcome)
        self.assertEqual(self.results(), {"submit": "Succeeded", "wait": "Failed", "train": "Succeeded", "deploy": "Succeeded"})
        self.assertEqual([stage["result"] for stage in self.record()["stages"]], ["SucceededWithIssues", "Succeeded"])
        self.assertIn("deploy train-7-1", outcome.output)
        looks = outcome.output.count("Response Code: 200")
        self.assertGreater(looks, 3, "looks while it ran, and those that saw the end")
        self.assertLess(looks, 40, "the chain ends with the training")
        self.assertIn("the last line of the training", (self.output / "logs/Train_DEV/train/03-train.log").read_text())
        outputs = self.record()["stages"][0]["outputs"]["train"]
        self.assertEqual(float(outputs["train.metric_accuracy"]["value"]), 0.9)
        report = json.loads((self.output / "artifacts/quality-gate-DEV-1/report.json").read_text())
        self.assertEqual((report["verdict"], report["job"]), ("pass", "train-7-1"))
        self.assertNotIn("eyJ", outcome.output, "no token is shown")

    def test_a_training_that_fails_ends_the_wait_at_once_and_a_re_run_trains_anew(self):
        outcome = self.start("sleep 1 && echo no such column && exit 3").finish()
        self.assertEqual(outcome.exit_code, 1, outcome)
        self.assertEqual(self.results(), {"submit": "Succeeded", "wait": "Failed", "train": "Failed"})
        self.assertLess(outcome.output.count("Response Code: 200"), 20)
        self.assertIn('[Train_DEV.train] ##[error]the job "train-7-1" failed: ', outcome.output)
        self.assertIn("no such column", (self.output / "logs/Train_DEV/train/03-train.log").read_text())
        failed = self.output

        outcome = self.start("python train.py", "--from", str(failed)).finish()
        self.assertEqual(outcome.exit_code, 0, outcome)
        self.assertIn("deploy train-7-2", outcome.output)
        self.assertEqual(self.job_states(), {"train-7-1": "Failed", "train-7-2": "Completed"})

    def test_a_training_that_is_cancelled_in_the_studio_fails_the_stage(self):
        running = self.start("sleep 1000")
        running.wait_for("Response Code: 200")
        self.workspace.ask("jobs/train-7-1/cancel", "POST")
        outcome = running.finish()
        self.assertEqual(outcome.exit_code, 1, outcome)
        self.assertEqual(self.results(), {"submit": "Succeeded", "wait": "Failed", "train": "Failed"})
        self.assertIn('the job "train-7-1" was cancelled', outcome.output)

    def test_a_run_that_is_cancelled_cancels_the_training(self):
        running = self.start("sleep 1000", pause=5)
        running.wait_for("Pause of 5 min")
        running.send(signal.SIGINT)
        outcome = running.finish()
        self.assertEqual(outcome.exit_code, 130, outcome)
        self.assertEqual(self.results()["cancel"], "Succeeded", outcome)
        end = time.monotonic() + 20
        while self.job_states() != {"train-7-1": "Canceled"} and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(self.job_states(), {"train-7-1": "Canceled"})


if __name__ == "__main__":
    scenario.main()
