#!/usr/bin/env python3
"""Trouble of any kind at any one request of aml-submit: the run succeeds all the same, and everything is there once.

A run without trouble tells which routes are asked. Each of them then meets each kind of trouble: refused for the moment,
broken, carried out with the answer lost, the connection ended, the answer cut short."""

import concurrent.futures
import shutil

from support import scenario, workload
from support.agent import Agent
from support.emulator import Emulator

WORKERS = 16  # they wait more than they work
KINDS = ("429", "500", "503", "lost", "reset", "slow", "truncated")
# What aml-submit is given: a pipeline with all that it needs, and everything that isn't a job.
WORK = {"pipeline": (workload.WHOLE, {**workload.WHOLE_INPUTS, "downloadOutputs": "data"}),
        "resources": (workload.RESOURCES, workload.RESOURCE_INPUTS),
        "call": (workload.BATCH, {**workload.BATCH_CALL, "jobFile": "endpoint.yml\ndeployment.yml"})}


class Faults(scenario.Scenario):
    def setUp(self):
        super().setUp()
        # The Python environment of the jobs is made once, and copied with the rest of the data.
        with Emulator(self.folder / "base") as emulator:
            workload.prepare(emulator)
            for name, text in workload.GOOD_JOB.items():
                self.write(name, text)
            self.agent.connection = emulator.connection
            self.assert_succeeded(self.agent.run("aml-submit", {**emulator.azure_inputs(), **workload.JOB_INPUTS, "name": "before"}))

    def run_under(self, fault, work="pipeline"):
        """The outcome, the service's inventory and the routes asked."""
        files, inputs = WORK[work]
        folder = self.folder / f"{work}-{fault.replace(':', '-') or 'undisturbed'}"
        shutil.copytree(self.folder / "base", folder / "emulator")
        for name, text in files.items():
            scenario.write(folder / "job", name, text)
        (folder / "emulator" / "data" / "emulator.log").unlink()
        with Emulator(folder / "emulator", "--operation-time", "50", *(["--fault", fault] if fault else [])) as emulator:
            outcome = Agent(folder / "job", emulator.connection).run("aml-submit", {**emulator.azure_inputs(), **inputs})
            struck = "injected fault" in emulator.log
            routes = emulator.routes()
            inventory = emulator.workspace().inventory()
        shutil.rmtree(folder)
        return outcome, inventory, routes, struck

    def one_fault_at_each_route(self, work, known=frozenset()):
        """The routes that were asked; those that are known were struck in another test."""
        outcome, wanted, routes, _ = self.run_under("", work)
        self.assert_succeeded(outcome)
        faults = [f"{route}:{kind}" for route in sorted(set(routes) - known) for kind in KINDS]
        print(f"{len(faults)} faults at the routes {sorted(set(routes) - known)}")
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            runs = {fault: pool.submit(self.run_under, fault, work) for fault in faults}
        for fault, run in runs.items():
            with self.subTest(fault):
                outcome, inventory, _, struck = run.result()
                self.assertTrue(struck, "the fault never struck")
                self.assert_succeeded(outcome)
                self.assertEqual(inventory, wanted)
        return wanted

    def test_a_pipeline_is_submitted_once(self):
        wanted = self.one_fault_at_each_route("pipeline")
        self.assertEqual(wanted["jobs"], ["before", "two-steps-7-1"])

    def test_resources_are_created_once(self):
        _, _, routes, _ = self.run_under("")
        wanted = self.one_fault_at_each_route("resources", set(routes))
        self.assertEqual(wanted["batchDeployments"], ["scores/blue"])
        self.assertEqual(wanted["onlineEndpoints"], ["web-scores"])
        self.assertEqual(wanted["schedules"], ["nightly"])
        self.assertIn("store", wanted["datastores"])

    def test_a_batch_endpoint_is_called_once(self):
        known = set(self.run_under("")[2]) | set(self.run_under("", "resources")[2])
        wanted = self.one_fault_at_each_route("call", known)
        self.assertEqual(len([name for name in wanted["jobs"] if name.startswith("nightly-")]), 1)

    def test_faults_that_do_not_end(self):
        """Given up with an error that names the request; no job is there if it was never taken."""
        for fault, code, jobs in (("put-job:403:99", "service-error", ["before"]),
                                  ("put-job:503:99", "service-error", ["before"]),
                                  ("put-code:400:99", "service-error", ["before"]),
                                  ("put-blob:403:99", "service-error", ["before"])):
            with self.subTest(fault):
                outcome, inventory, _, _ = self.run_under(fault)
                self.assert_failed(outcome, fault.split(":")[1])
                self.assertEqual(outcome.exit_code, 1)
                self.assertEqual(outcome.errors[0].properties["code"], code)
                self.assertEqual(inventory["jobs"], jobs)

    def test_tokens_that_end_during_the_wait(self):
        emulator = self.start_emulator("--token-lifetime", "2")
        workload.prepare(emulator)
        self.write("job.yml", workload.JOB.replace("echo ${{inputs.rate}}", "sleep 7; echo ended"))
        outcome = self.agent.run("aml-submit", {**emulator.azure_inputs(), **workload.JOB_INPUTS})
        self.assert_succeeded(outcome)
        self.assertIn("ended", outcome.output)
        self.assertGreaterEqual(emulator.routes().count("post-token"), 3)


if __name__ == "__main__":
    scenario.main()
