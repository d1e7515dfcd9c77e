"""Mistakes in what aml-submit is given: YAML, references, inputs, results of the job."""

from bad_input.case import Case

JOB = """
    type: command
    display_name: train
    command: echo ${{inputs.rate}}
    code: src
    environment: azureml:plain@latest
    compute: azureml:cpu-cluster
    inputs:
      rate: 0.5
    """
GOOD = {"job.yml": JOB, "src/train.py": "print('x')\n"}
INPUTS = {"jobFile": "job.yml", "pollSeconds": "1"}


def prepare(emulator, folder):
    """What the jobs of the table refer to."""
    workspace = emulator.workspace()
    workspace.ask("computes/cpu-cluster", "PUT", {"location": "local", "properties": {
        "computeType": "AmlCompute", "properties": {"vmSize": "Standard_DS3_v2", "scaleSettings": {"maxNodeCount": 1}}}})
    workspace.ask("environments/plain/versions/1", "PUT", {"properties": {"image": "python:3.11"}})


def edited(name, old, new, **expected):
    """The good job with something else in it."""
    assert old in JOB
    return Case(name, files={"job.yml": JOB.replace(old, new)}, **expected)


CASES = [
    Case("good", code="", started=True),
    Case("a missing file", code="", inputs={"jobFile": "jobs/train.yml"}),
    Case("no file", code="", inputs={"jobFile": None}),
    edited("a YAML mistake", "    compute: azureml", "   compute: azureml", code=""),
    edited("a key twice", "code: src", "code: src\n    code: src2", code=""),
    edited("an unknown key", "compute:", "computee:", code=""),
    edited("an unknown key in inputs", "rate: 0.5", "rate: {tpye: number, value: 1}", code=""),
    edited("a wrong type", "rate: 0.5", "rate: [1, 2]", code=""),
    edited("a command that is a list", "command: echo ${{inputs.rate}}", "command: [echo, a]", code=""),
    edited("no command", "command: echo ${{inputs.rate}}", "", code=""),
    edited("an unknown job type", "type: command", "type: comand", code=""),
    edited("a kind for another task", "type: command", "$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json\n    name: x", code=""),
    edited("an unknown compute", "azureml:cpu-cluster", "azureml:cpu-clusterr", code=""),
    edited("an unknown environment", "azureml:plain@latest", "azureml:plian@latest", code=""),
    edited("an unknown version of an environment", "azureml:plain@latest", "azureml:plain:9", code=""),
    edited("an unknown data asset", "rate: 0.5", "rate: {type: uri_file, path: azureml:iris@latest}", code=""),
    edited("a local input that is missing", "rate: 0.5", "rate: {type: uri_file, path: data/none.csv}", code=""),
    edited("a code folder that is missing", "code: src", "code: source", code=""),
    edited("an expression for no input", "${{inputs.rate}}", "${{inputs.rat}}", code=""),
    edited("an unknown variable", "azureml:cpu-cluster", "azureml:$(AML_COMPUT)", code="", variables={"AML_COMPUTE": "cpu-cluster"}),
    edited("an empty file", JOB, "", code=""),
    Case("an unknown path in set", code="", inputs={"set": "inputs.rat.value=3"}),
    Case("a set without =", code="", inputs={"set": "display_name"}),
    Case("a pick list's value", code="", inputs={"onFailure": "explode"}),
    Case("a boolean", code="", inputs={"wait": "ja"}),
    Case("an integer", code="", inputs={"timeoutMinutes": "1h"}),
    Case("a negative integer", code="", inputs={"timeoutMinutes": "-1"}),
    Case("zero poll", code="", inputs={"pollSeconds": "0"}),
    Case("downloads without waiting", code="", inputs={"wait": "false", "downloadOutputs": "default"}),
    Case("a name for two jobs", code="", inputs={"jobFile": "job.yml\nother.yml", "name": "x"}, files={"other.yml": JOB}),
    Case("an unknown workspace", code="", inputs={"workspace": "mlops-dve"}),
    Case("an unknown resource group", code="", inputs={"resourceGroup": "rg-mlop"}),
    Case("no workspace", code="", inputs={"workspace": None}),
    Case("an unknown connection", code="", inputs={"azureSubscription": "99999999-2222-4333-8444-555555555555"}),
    Case("a flag with an input's old spelling", code="", arguments=("--jobfile", "job.yml"), exit_code=2),
    edited("a job that fails", "echo ${{inputs.rate}}", "echo progress; echo reason >&2; exit 3", code="", started=True),
    edited("a job whose output is asked for and unknown", "rate: 0.5", "rate: 0.6", code="", inputs={"downloadOutputs": "modl"}, started=True),
    Case("metrics that can't be written", code="", inputs={"outputsFolder": "job.yml/metrics"}, started=True),
]
PIPELINE = """
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
def p(name, old, new, **e):
    assert old in PIPELINE
    return Case(name, files={"job.yml": PIPELINE.replace(old, new)}, **e)
CASES += [
    p("p unknown step", "parent.jobs.one", "parent.jobs.on", code=""),
    p("p unknown output", "outputs.data}}\n    ", "outputs.dat}}\n    ", code=""),
    p("p unknown step key", "        command: cat", "        comand: cat", code=""),
    p("p unknown input in step command", "cat ${{inputs.data}}", "cat ${{inputs.dta}}", code=""),
    p("p cycle", "command: echo 1", "inputs: {back: '${{parent.jobs.two.outputs.x}}'}\n        command: echo 1", code=""),
    p("p no jobs", PIPELINE[PIPELINE.index("    jobs:"):], "    jobs: {}\n", code=""),
    p("p unknown parent input", "${{parent.jobs.one.outputs.data}}", "${{parent.inputs.nope}}", code=""),
]
