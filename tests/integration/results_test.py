#!/usr/bin/env python3
"""What a job leaves behind, published with the run: artifacts as attachments, the names of the steps' jobs."""

import json
import pathlib

from support import commands, scenario, workload

CHARTS = "mkdir -p outputs/charts && echo drawn > outputs/charts/roc.png && echo private > outputs/notes.txt"


class Results(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator()
        workload.prepare(self.emulator)
        for name, text in workload.GOOD_JOB.items():
            self.write(name, text)

    def run_job(self, **inputs):
        outcome = self.agent.run("aml-submit", {**self.emulator.azure_inputs(), **workload.JOB_INPUTS, **inputs})
        self.assert_succeeded(outcome)
        return outcome

    def attached(self, outcome):
        found = [one for one in commands.parse_all(outcome.output) if one.name == "task.addattachment"]
        return {one.properties["name"]: pathlib.Path(one.data).read_text() for one in found}

    def test_artifacts_that_a_pattern_matches_are_attached(self):
        self.write("job.yml", workload.JOB.replace("echo ${{inputs.rate}}", CHARTS))
        self.assertEqual(self.attached(self.run_job()), {})
        outcome = self.run_job(publishArtifacts="*.png", force="true")
        self.assertEqual(self.attached(outcome), {"outputs_charts_roc.png": "drawn\n"})
        self.assertIn("##vso[task.uploadfile]", outcome.output)

    def test_the_steps_of_a_pipeline_are_named_and_their_artifacts_too(self):
        self.write("job.yml", workload.PIPELINE.replace("cat ${{inputs.data}}/x", f"cat ${{{{inputs.data}}}}/x && {CHARTS}"))
        outcome = self.run_job(publishArtifacts="charts/**")
        self.assertEqual(sorted(json.loads(outcome.variables["childJobs"])), ["one", "two"])
        self.assertEqual(self.attached(outcome), {"two.outputs_charts_roc.png": "drawn\n"})


if __name__ == "__main__":
    scenario.main()
