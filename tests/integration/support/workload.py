"""Small work for the service: a job of one step, a pipeline of two, and the assets that they name."""

JOB = """\
type: command
display_name: train
command: echo ${{inputs.rate}}
code: src
environment: azureml:plain@latest
compute: azureml:cpu-cluster
inputs:
  rate: 0.5
"""
PIPELINE = """\
type: pipeline
display_name: two-steps
settings:
  default_compute: azureml:cpu-cluster
jobs:
  one:
    type: command
    command: echo 1 > ${{outputs.data}}/x
    environment: azureml:plain@latest
    outputs:
      data: {type: uri_folder}
  two:
    type: command
    command: cat ${{inputs.data}}/x
    environment: azureml:plain@latest
    inputs:
      data: ${{parent.jobs.one.outputs.data}}
"""
GOOD_JOB = {"job.yml": JOB, "src/train.py": "print('x')\n"}
JOB_INPUTS = {"jobFile": "job.yml", "pollSeconds": "1"}

# A pipeline with everything that it needs, nothing of which is in the service before.
WHOLE = {
    "compute.yml": "name: cpu-cluster\ntype: amlcompute\nsize: Standard_DS3_v2\n",
    "data.yml": "name: iris\ntype: uri_folder\npath: data\n",
    "environment.yml": "name: training\nimage: python:3.11\n",
    "pipeline.yml": PIPELINE.replace("azureml:plain@latest", "azureml:training@latest")
                            .replace("    command: echo 1", "    code: src\n    command: echo 1"),
    "data/a.csv": "1\n",
    "data/b.csv": "2\n",
    "src/train.py": "print(1)\n",
    "src/lib/tools.py": "x = 1\n",
}
WHOLE_INPUTS = {"jobFile": "pipeline.yml\ncompute.yml\ndata.yml\nenvironment.yml", "pollSeconds": "1"}

# What has no versions, and models and environments that a deployment describes in place; enough files for a second look at what is
# there.
RESOURCES = {
    "store.yml": "$schema: https://azuremlschemas.azureedge.net/latest/azureBlob.schema.json\nname: store\ntype: azure_blob\n"
                 "account_name: account\ncontainer_name: c\ncredentials: {account_key: a2V5}\n",
    "nightly.yml": "name: nightly\ntrigger: {type: cron, expression: 15 10 * * 1}\ncreate_job: ./job.yml\n",
    "job.yml": JOB,
    "src/train.py": "print('x')\n",
    "endpoint.yml": "$schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json\nname: scores\n",
    "deployment.yml": "name: blue\nendpoint_name: scores\ntype: model\nmodel: {path: model}\ncompute: azureml:cpu-cluster\n"
                      "code_configuration: {code: scoring, scoring_script: score.py}\nenvironment: azureml:plain@latest\n"
                      "settings: {mini_batch_size: 2}\n",
    "web.yml": "name: web-scores\nauth_mode: key\n",
    "scoring/score.py": "def init():\n    pass\n\n\ndef run(mini_batch):\n    return mini_batch\n",
    **{f"model/part-{number}.bin": f"weights {number}\n" for number in range(10)},
}
RESOURCE_INPUTS = {"jobFile": "deployment.yml\nendpoint.yml\nnightly.yml\nstore.yml\nweb.yml"}

# A batch endpoint with a deployment of a scoring script and one of a pipeline component.
BATCH_ENDPOINT = """\
$schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json
name: nightly
defaults: {deployment_name: lengths}
"""
BATCH_DEPLOYMENT = """\
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
BATCH_SCORE = """\
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
BATCH_PIPELINE = """\
$schema: https://azuremlschemas.azureedge.net/latest/pipelineComponentBatchDeployment.schema.json
name: counted
endpoint_name: nightly
type: pipeline
component: ./component.yml
settings: {default_compute: cpu-cluster}
"""
BATCH_COMPONENT = """\
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
BATCH = {"endpoint.yml": BATCH_ENDPOINT, "deployment.yml": BATCH_DEPLOYMENT, "scoring/score.py": BATCH_SCORE, "model/factor.txt": "10\n",
         "pipeline.yml": BATCH_PIPELINE, "component.yml": BATCH_COMPONENT,
         "texts/a.txt": "x\n", "texts/b.txt": "xxx\n", "texts/c.txt": "xx\n"}
BATCH_CALL = {"invokeEndpoint": "nightly", "invokeInputs": "data=texts", "pollSeconds": "1"}


def prepare(emulator, _=None):
    """The compute and the environment that the files of the tables name."""
    workspace = emulator.workspace()
    workspace.ask("computes/cpu-cluster", "PUT", {"location": "local", "properties": {
        "computeType": "AmlCompute", "properties": {"vmSize": "Standard_DS3_v2", "scaleSettings": {"maxNodeCount": 1}}}})
    workspace.ask("environments/plain/versions/1", "PUT", {"properties": {"image": "python:3.11"}})
