#!/usr/bin/env python3
"""A batch endpoint from its files to its predictions: a deployment of a scoring script and one of a pipeline component,
created, called with files that lie beside the job, and watched to the end."""

from support import scenario, workload

CALL = workload.BATCH_CALL


class Batch(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator()
        workload.prepare(self.emulator)
        for name, text in workload.BATCH.items():
            self.write(name, text)

    def run_task(self, **inputs):
        return self.agent.run("aml-submit", {**self.emulator.azure_inputs(), **inputs})

    def create(self, *files):
        outcome = self.run_task(jobFile="\n".join(files))
        self.assert_succeeded(outcome)
        return outcome

    def downloaded(self, file):
        return (self.agent.folder / "out" / file).read_text()

    def test_a_script_scores_the_files_in_mini_batches(self):
        # The endpoint comes first whatever the order; a second run changes nothing that is there.
        for _ in range(2):
            outcome = self.create("deployment.yml", "endpoint.yml")
        self.assertTrue(outcome.variables["deploymentId"].endswith("/batchEndpoints/nightly/deployments/lengths"))
        self.assertEqual(len(self.emulator.workspace().names("models")), 1)
        outcome = self.run_task(**CALL, downloadOutputs="score", outputsFolder="out")
        self.assert_succeeded(outcome)
        self.assertEqual(self.downloaded("score/predictions.csv"), "a.txt,10\nb.txt,30\nc.txt,20\n")
        self.assertIn("batch of 2", outcome.output)
        self.assertIn("batch of 1", outcome.output)

    def test_files_that_fail_count_against_the_threshold(self):
        self.create("endpoint.yml", "deployment.yml")
        self.write("texts/c.txt", "bad\n")
        self.assert_succeeded(self.run_task(**CALL))
        self.write("texts/d.txt", "bad\n")
        outcome = self.run_task(**CALL)
        self.assert_failed(outcome, "2 files failed, more than the error threshold of 1")

    def test_the_same_call_of_the_same_build_finds_its_job(self):
        self.create("endpoint.yml", "deployment.yml")
        jobs = self.emulator.workspace()
        first = self.run_task(**CALL)
        self.assert_succeeded(first)
        again = self.run_task(**CALL)
        self.assert_succeeded(again)
        self.assertIn("it is adopted", again.output)
        self.assertEqual(again.variables["jobName"], first.variables["jobName"])
        before = len(jobs.names("jobs"))
        forced = self.run_task(**CALL, force="true")
        self.assert_succeeded(forced)
        self.assertEqual(forced.variables["jobName"], first.variables["jobName"] + "-2")
        self.assertGreater(len(jobs.names("jobs")), before)

    def test_a_deployment_may_be_a_pipeline(self):
        self.create("endpoint.yml", "pipeline.yml")
        outcome = self.run_task(invokeEndpoint="nightly", invokeDeployment="counted", pollSeconds="1",
                                invokeInputs="texts=texts\nword=end", downloadOutputs="result", outputsFolder="out")
        self.assert_succeeded(outcome)
        self.assertEqual(self.downloaded("result/count").split(), ["3", "end"])

    def test_what_is_not_there_is_said(self):
        self.assert_failed(self.run_task(jobFile="deployment.yml"), 'unknown batch endpoint "nightly"')
        self.assert_failed(self.run_task(**CALL), 'the batch endpoint "nightly"')
        self.create("endpoint.yml")
        self.assert_failed(self.run_task(**CALL), "has no deployment 'lengths'")


if __name__ == "__main__":
    scenario.main()
