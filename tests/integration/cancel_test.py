#!/usr/bin/env python3
"""A cancelled pipeline job cancels what it started in the service, and the task is gone before the agent kills it.

The signals go to launch.js, as the agent sends them."""

import os
import signal
import time

from bad_input import deploy_aks
from support import scenario, workload

LIMIT = 5  # seconds; the agent waits 7.5 before the next signal
CANCELLED = 130
SLOW_JOB = workload.JOB.replace("echo ${{inputs.rate}}", "echo begun; sleep 600")
SLOW_PIPELINE = workload.PIPELINE.replace("cat ${{inputs.data}}/x", "echo begun; sleep 600")


class Frame(scenario.Scenario):
    def submit(self, text, *faults, **inputs):
        self.emulator = self.start_emulator(*(word for fault in faults for word in ("--fault", fault)))
        workload.prepare(self.emulator)
        self.write("job.yml", text)
        self.write("src/train.py", "print('x')\n")
        return self.agent.start("aml-submit", {**self.emulator.azure_inputs(), **workload.JOB_INPUTS, **inputs}, through_launcher=True)

    def cancel(self, task, number=signal.SIGINT):
        """The outcome, whose end came in time."""
        began = time.monotonic()
        task.send(number)
        outcome = task.finish()
        self.assertLess(time.monotonic() - began, LIMIT, outcome)
        self.assertEqual(outcome.exit_code, CANCELLED, outcome)
        self.assertEqual(outcome.results, ["Failed"], outcome)
        self.assert_silent(outcome, self.emulator.secret)
        return outcome

    def status(self, name):
        return self.emulator.workspace().ask(f"jobs/{name}")["properties"]["status"]

    def assert_becomes(self, name, wanted, seconds=15):
        end = time.monotonic() + seconds
        while self.status(name) != wanted and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(self.status(name), wanted)

    def assert_no_process(self, pid_file):
        """What the job started is gone: its id is no process any more."""
        pid = int(pid_file.read_text())
        end = time.monotonic() + 10
        while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
            time.sleep(0.1)
        self.assertFalse(os.path.exists(f"/proc/{pid}"), f"process {pid} of the job goes on")


class CancelJob(Frame):
    def test_an_interrupt_cancels_the_job(self):
        pid_file = self.folder / "pid"
        task = self.submit(SLOW_JOB.replace("echo begun", f"echo $$ > {pid_file}; echo begun"))
        task.wait_for("begun")
        outcome = self.cancel(task)
        self.assertIn("Asked Azure ML to cancel the job train-7-1.", outcome.output)
        self.assert_becomes("train-7-1", "Canceled")
        self.assert_no_process(pid_file)

    def test_an_interrupt_cancels_a_pipeline_with_its_steps(self):
        task = self.submit(SLOW_PIPELINE)
        task.wait_for("begun")
        self.cancel(task)
        self.assert_becomes("two-steps-7-1", "Canceled")

    def test_a_request_to_end_cancels_the_job(self):
        task = self.submit(SLOW_JOB)
        task.wait_for("begun")
        self.cancel(task, signal.SIGTERM)
        self.assert_becomes("train-7-1", "Canceled")

    def test_the_job_goes_on_where_the_input_says_so(self):
        task = self.submit(SLOW_JOB, cancelOnAbort="false")
        task.wait_for("begun")
        outcome = self.cancel(task)
        self.assertIn("The job train-7-1 goes on in Azure ML.", outcome.output)
        self.assertEqual(self.status("train-7-1"), "Running")

    def test_an_interrupt_during_the_upload_makes_no_job(self):
        task = self.submit(SLOW_JOB, "put-blob:slow:9")
        self.emulator.wait_for("injected fault at put-blob")
        self.cancel(task)
        self.assertEqual(self.emulator.workspace().names("jobs"), [])

    def test_an_interrupt_while_the_job_is_sent_leaves_none_behind(self):
        """The service still carries the request out: the job must not run on with nobody watching it."""
        task = self.submit(SLOW_JOB, "put-job:slow")
        self.emulator.wait_for("injected fault at put-job")
        self.cancel(task)
        self.emulator.wait_for("(put-job)")
        self.assert_becomes("train-7-1", "Canceled")

    def test_a_service_that_does_not_answer_cannot_hold_the_task(self):
        task = self.submit(SLOW_JOB, "post-cancel-job:slow:9", "post-cancel-job:500:99")
        task.wait_for("begun")
        self.cancel(task)

    def test_a_second_interrupt_does_not_stop_the_cancelling(self):
        task = self.submit(SLOW_JOB, "post-cancel-job:slow")
        task.wait_for("begun")
        task.send(signal.SIGINT)
        self.emulator.wait_for("injected fault at post-cancel-job")
        self.cancel(task)
        self.assert_becomes("train-7-1", "Canceled")


class CancelDeployment(Frame):
    """Production is not touched, and nothing half made stays: at the latest the next run takes it away."""

    def test_an_interrupt_while_the_deployment_is_made(self):
        self.emulator = self.start_emulator("--operation-time", "6000")
        deploy_aks.prepare(self.emulator, self.folder / "before")
        for name, text in deploy_aks.GOOD.items():
            self.write(name, text)
        inputs = {**self.emulator.azure_inputs(), **deploy_aks.INPUTS, "tagModel": "stage=production"}
        task = self.agent.start("deploy-aks", inputs, through_launcher=True)
        self.emulator.wait_for("(put-deployment)", 60)
        self.cancel(task)
        workspace = self.emulator.workspace()
        self.assertEqual(workspace.ask("models/m/versions/1")["properties"]["tags"].get("stage"), None)
        for endpoint in workspace.names("onlineEndpoints"):
            self.assertEqual(sum((workspace.ask(f"onlineEndpoints/{endpoint}")["properties"].get("traffic") or {}).values()), 0)

        # The same run again: it finds its way whatever the first has left.
        outcome = self.agent.run("deploy-aks", inputs)
        self.assert_succeeded(outcome)
        self.assertEqual(workspace.names("onlineEndpoints/iris-dev/deployments"), [outcome.variables["deploymentName"]])
        self.assertEqual(workspace.ask("models/m/versions/1")["properties"]["tags"].get("stage"), "production")

    def stop_in_traffic(self, milliseconds):
        """A stop when version 2 has the traffic of version 1, and a change of it takes so long: the outcome, and then
        the deployments and the shares. The service deletes no deployment while the traffic is being changed."""
        self.emulator = self.start_emulator("--operation-time", str(milliseconds))
        deploy_aks.prepare(self.emulator, self.folder / "before")
        for name, text in deploy_aks.GOOD.items():
            self.write(name, text)
        self.inputs = {**self.emulator.azure_inputs(), **deploy_aks.INPUTS, "tagModel": "stage=production"}
        self.assert_succeeded(self.agent.run("deploy-aks", self.inputs))
        self.write("better/model.bin", "better weights\n")
        self.assert_succeeded(self.agent.run("model-register", {**self.emulator.azure_inputs(), "modelName": "m", "modelPath": "better"},
                                             variables={"Build.BuildId": "8"}))
        task = self.agent.start("deploy-aks", self.inputs, through_launcher=True)
        task.wait_for("Traffic: model-1 100 % -> model-2 100 %")
        self.emulator.wait_for("(put-endpoint)", count=3)
        outcome = self.cancel(task)
        workspace = self.emulator.workspace()
        self.assertEqual(workspace.ask("models/m/versions/1")["properties"]["tags"].get("stage"), "production")
        self.assertEqual(workspace.ask("onlineEndpoints/iris-dev")["properties"]["traffic"], {"model-1": 100})
        return outcome, workspace

    def test_a_stop_waits_for_the_traffic_before_it_deletes(self):
        outcome, workspace = self.stop_in_traffic(1000)
        self.assertNotIn("task.logissue type=warning", outcome.output)
        self.emulator.wait_for("(delete-deployment)")
        end = time.monotonic() + 10
        while workspace.names("onlineEndpoints/iris-dev/deployments") != ["model-1"] and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(workspace.names("onlineEndpoints/iris-dev/deployments"), ["model-1"])

    def test_a_stop_leaves_the_deployment_when_the_traffic_takes_too_long(self):
        outcome, workspace = self.stop_in_traffic(4000)
        self.assertIn("is still being changed, so the deployment model-2 stays, without traffic", outcome.output)
        self.assertNotIn("delete-deployment", self.emulator.routes())

        # The next run takes it up.
        outcome = self.agent.run("deploy-aks", self.inputs)
        self.assert_succeeded(outcome)
        self.assertEqual(workspace.ask("onlineEndpoints/iris-dev")["properties"]["traffic"], {"model-2": 100})
        self.assertEqual(workspace.names("onlineEndpoints/iris-dev/deployments"), ["model-2"])
        self.assertEqual(workspace.ask("models/m/versions/2")["properties"]["tags"].get("stage"), "production")


if __name__ == "__main__":
    scenario.main()
