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


def prepare(emulator, _=None):
    """The compute and the environment that the files of the tables name."""
    workspace = emulator.workspace()
    workspace.ask("computes/cpu-cluster", "PUT", {"location": "local", "properties": {
        "computeType": "AmlCompute", "properties": {"vmSize": "Standard_DS3_v2", "scaleSettings": {"maxNodeCount": 1}}}})
    workspace.ask("environments/plain/versions/1", "PUT", {"properties": {"image": "python:3.11"}})
