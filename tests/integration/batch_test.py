#!/usr/bin/env python3
"""A batch endpoint from its files to its predictions: a deployment of a scoring script and one of a pipeline component,
created, called with files that lie beside the job, and watched to the end."""

from support import scenario, workload

ENDPOINT = """\
$schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json
name: nightly
defaults: {deployment_name: lengths}
"""
DEPLOYMENT = """\
$schema: https://azuremlschemas.azureedge.net/latest/modelBatchDeployment.schema.json
name: lengths
endpoint_name: nightly
type: model
model: {path: model}
code_configuration: {code: scoring, scoring_script: score.py}
environment: azureml:plain@latest
compute: azureml:cpu-cluster
settings: {mini_batch_size: 2, error_threshold: 1, retry_settings: {max_retries: 1, timeout: 60}}
"""
SCORE = """\
import os, pathlib


def init():
    global factor
    factor = int(pathlib.Path(os.environ["AZUREML_MODEL_DIR"], "model", "factor.txt").read_text())


def run(mini_batch):
    print("batch of", len(mini_batch))
    texts = [pathlib.Path(file).read_text().strip() for file in mini_batch]
    if "bad" in texts:
        raise ValueError("a bad file")
    return [f"{os.path.basename(file)},{len(text) * factor}" for file, text in zip(mini_batch, texts)]
"""
PIPELINE_DEPLOYMENT = """\
$schema: https://azuremlschemas.azureedge.net/latest/pipelineComponentBatchDeployment.schema.json
name: counted
endpoint_name: nightly
type: pipeline
component: ./component.yml
settings: {default_compute: cpu-cluster}
"""
COMPONENT = """\
type: pipeline
name: counting
inputs:
  texts: {type: uri_folder}
  word: {type: string}
outputs:
  result: {type: uri_folder}
jobs:
  count:
    type: command
    command: ls ${{inputs.texts}} | wc -l > ${{outputs.result}}/count; echo ${{inputs.word}} >> ${{outputs.result}}/count
    environment: azureml:plain@latest
    inputs:
      texts: ${{parent.inputs.texts}}
      word: ${{parent.inputs.word}}
    outputs:
      result: ${{parent.outputs.result}}
"""
FILES = {"endpoint.yml": ENDPOINT, "deployment.yml": DEPLOYMENT, "scoring/score.py": SCORE, "model/factor.txt": "10\n",
         "pipeline.yml": PIPELINE_DEPLOYMENT, "component.yml": COMPONENT,
         "texts/a.txt": "x\n", "texts/b.txt": "xxx\n", "texts/c.txt": "xx\n"}
CALL = {"invokeEndpoint": "nightly", "invokeInputs": "data=texts", "pollSeconds": "1"}


class Batch(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator()
        workload.prepare(self.emulator)
        for name, text in FILES.items():
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
