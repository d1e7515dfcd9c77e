#!/usr/bin/env python3
"""A task that is killed at any request and run again leaves what a run without a kill leaves: nothing twice, nothing lost.

A first run tells which requests change something. For each of them the task is then killed once just before the request
is carried out and once after it, before the answer; the second run of the same pipeline run must end well, and the
service must hold exactly what it holds after a run without a kill."""

import concurrent.futures
import os
import shutil
import unittest

from bad_input import deploy_aks
from support import scenario, workload
from support.agent import Agent
from support.emulator import Emulator
from support.relay import Relay

WORKERS = max(2, min(8, os.cpu_count() or 2))


class Sweep(scenario.Scenario):
    """Runs a task once without a kill, then once for each place to kill it."""

    def prepare(self, emulator, folder):
        """Makes what the task needs in the service."""

    def files(self):
        """The files in the task's folder."""
        return {}

    def sweep(self, task, inputs, least):
        base = self.folder / "base"
        with Emulator(base, "--operation-time", "50") as emulator:
            self.prepare(emulator, self.folder / "before")
        wanted, requests = self.run_at(task, inputs, "undisturbed", None, False)
        self.assertGreaterEqual(len(requests), least, f"the relay saw too few requests: {requests}")
        places = [(number, carried_out) for number in range(len(requests)) for carried_out in (False, True)]
        print(f"{task} is killed at {len(places)} places: " + ", ".join(f"{method} {path.rsplit('/', 2)[-2:]}" for method, path in requests))
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            futures = {place: pool.submit(self.run_at, task, inputs, f"{place[0]}-{place[1]}", *place) for place in places}
        for (number, carried_out), future in futures.items():
            method, path = requests[number]
            with self.subTest(f"{'after' if carried_out else 'before'} request {number}: {method} {path}"):
                self.assertEqual(future.result()[0], wanted)

    def run_at(self, task, inputs, name, kill_at, carried_out):
        """The service's inventory after the run that was killed at the request and the one behind it; the requests seen."""
        folder = self.folder / name
        shutil.copytree(self.folder / "base", folder / "emulator")
        requests, running = [], []

        def watch(number, method, path, forward):
            requests.append((method, path))
            if number == kill_at and len(running) == 1:
                if carried_out:
                    forward()
                running[0].send(9)
                return False
            forward()
            return True

        with Emulator(folder / "emulator", "--operation-time", "50") as emulator, Relay(emulator, watch) as relay:
            agent = Agent(folder / "job", relay.connection)
            for file, text in self.files().items():
                scenario.write(agent.folder, file, text)
            all_inputs = {**emulator.azure_inputs(), **inputs}
            if kill_at is not None:
                running.append(agent.start(task, all_inputs))
                outcome = running[0].finish()
                assert outcome.exit_code == -9, f"not killed: {outcome}"
                running.append(None)  # from here on nothing is killed
            outcome = agent.run(task, all_inputs)
            assert outcome.exit_code == 0 and outcome.results == ["Succeeded"], f"{name}: {outcome}"
            result = self.left_behind(emulator, outcome)
        shutil.rmtree(folder)
        return result, requests

    def left_behind(self, emulator, outcome):
        """What must be the same with and without a kill."""
        return emulator.workspace().inventory()


class KilledSubmit(Sweep):
    def files(self):
        return workload.WHOLE

    def test_assets_and_a_job_exist_once(self):
        self.sweep("aml-submit", {**workload.WHOLE_INPUTS, "wait": "false"}, least=15)

    def left_behind(self, emulator, outcome):
        inventory = emulator.workspace().inventory()
        assert inventory["jobs"] == ["two-steps-7-1"], inventory
        return inventory, {name: value for name, value in outcome.variables.items() if name in ("jobName", "dataId", "environmentId")
                           and emulator.url not in value}


class KilledRegister(Sweep):
    def files(self):
        return {"model/model.bin": "weights\n", "model/more/notes.txt": "notes\n"}

    def test_a_model_is_registered_once(self):
        self.sweep("model-register", {"modelName": "m", "modelPath": "model"}, least=4)

    def left_behind(self, emulator, outcome):
        return emulator.workspace().inventory(), outcome.variables["modelVersion"]


class KilledDeployment(Sweep):
    """Version 1 serves; version 2 is deployed beside it, gets the traffic and the tag, and the old deployment goes."""

    def files(self):
        return deploy_aks.GOOD

    def prepare(self, emulator, folder):
        deploy_aks.prepare(emulator, folder)
        agent = Agent(folder, emulator.connection)
        for name, text in deploy_aks.GOOD.items():
            scenario.write(folder, name, text)
        inputs = {**emulator.azure_inputs(), **deploy_aks.INPUTS, "tagModel": "stage=production"}
        self.assert_succeeded(agent.run("deploy-aks", inputs))
        scenario.write(folder, "model/model.bin", "better weights\n")
        self.assert_succeeded(agent.run("model-register", {**emulator.azure_inputs(), "modelName": "m", "modelPath": "model"},
                                        variables={"Build.BuildId": "8"}))

    def test_the_new_deployment_serves_alone(self):
        self.sweep("deploy-aks", {**deploy_aks.INPUTS, "modelVersion": "2", "tagModel": "stage=production"}, least=6)

    def left_behind(self, emulator, outcome):
        workspace = emulator.workspace()
        endpoint = workspace.ask("onlineEndpoints/iris-dev")
        tags = {version: workspace.ask(f"models/m/versions/{version}")["properties"]["tags"].get("stage") for version in "12"}
        assert tags == {"1": None, "2": "production"}, tags
        return workspace.inventory(), endpoint["properties"]["traffic"], outcome.variables["deploymentName"]


class KilledWhileWaiting(scenario.Scenario):
    """The job runs on while the task is dead; the next run watches it to its end."""

    def test_the_running_job_is_adopted(self):
        emulator = self.start_emulator()
        workload.prepare(emulator)
        job = workload.JOB.replace("echo ${{inputs.rate}}", "echo begun; while [ ! -e $GATE ]; do sleep 0.1; done; echo ended")
        self.write("job.yml", job + f"environment_variables:\n  GATE: {self.folder}/open\n")
        self.write("src/train.py", "print('x')\n")
        inputs = {**emulator.azure_inputs(), **workload.JOB_INPUTS}
        first = self.agent.start("aml-submit", inputs)
        first.wait_for("begun")
        self.assertEqual(first.kill().exit_code, -9)

        # The next attempt of the stage: the same build, another attempt.
        second = self.agent.start("aml-submit", inputs, variables={"System.StageAttempt": "2", "System.JobAttempt": "2"})
        second.wait_for("adopted")
        (self.folder / "open").touch()
        outcome = second.finish()
        self.assert_succeeded(outcome)
        self.assertIn("ended", outcome.output)
        self.assertEqual(outcome.variables["jobName"], "train-7-1")
        self.assertEqual(emulator.workspace().names("jobs"), ["train-7-1"])

    def test_a_new_build_gets_a_job_of_its_own(self):
        emulator = self.start_emulator()
        workload.prepare(emulator)
        for name, text in workload.GOOD_JOB.items():
            self.write(name, text)
        inputs = {**emulator.azure_inputs(), **workload.JOB_INPUTS}
        for build in ("7", "8", "8"):
            self.assert_succeeded(self.agent.run("aml-submit", inputs, variables={"Build.BuildId": build}))
        self.assertEqual(emulator.workspace().names("jobs"), ["train-7-1", "train-8-1"])


class KilledUpload(scenario.Scenario):
    def test_a_large_folder_is_uploaded_to_its_end(self):
        """Killed between the files of a snapshot: the second run uploads what is missing, and the job gets all of it."""
        emulator = self.start_emulator()
        workload.prepare(emulator)
        count = 300
        for number in range(count):
            self.write(f"src/part{number}.txt", b"x" * 20_000 + b"%d" % number)
        self.write("job.yml", workload.JOB.replace("echo ${{inputs.rate}}", "cat part*.txt | wc -c; ls | wc -l"))
        inputs = {**emulator.azure_inputs(), **workload.JOB_INPUTS}
        first = self.agent.start("aml-submit", inputs)
        emulator.wait_for("part1")
        killed = first.kill()
        self.assertEqual(killed.exit_code, -9)
        uploaded = emulator.routes().count("put-blob")
        self.assertLess(uploaded, count, "killed too late to show anything")
        self.assertEqual(emulator.workspace().names("jobs"), [])
        outcome = self.agent.run("aml-submit", inputs)
        self.assert_succeeded(outcome)
        size = sum(file.stat().st_size for file in (self.agent.folder / "src").iterdir())
        self.assertIn(f"{size}\n", outcome.output)
        self.assertEqual(emulator.workspace().names("jobs"), ["train-7-1"])


if __name__ == "__main__":
    unittest.installHandler()
    scenario.main()
