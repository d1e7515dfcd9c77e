"""Mistakes on the way of a model into service."""

from bad_input.case import Case, with_inputs
from support.agent import Agent
from support.scenario import write
from support.workload import prepare as prepare_jobs

TASK = "deploy-aks"
ENDPOINT = "name: iris-dev\nauth_mode: key\n"
DEPLOYMENT = """\
name: blue
endpoint_name: iris-dev
model: azureml:m@latest
environment: azureml:plain@latest
code_configuration:
  code: src
  scoring_script: score.py
instance_type: Standard_DS2_v2
instance_count: 1
"""
SCORE = "def init():\n    pass\n\n\ndef run(raw):\n    return {'length': len(raw)}\n"
GOOD = {"endpoint.yml": ENDPOINT, "deployment.yml": DEPLOYMENT, "src/score.py": SCORE, "sample.json": '{"data": [1]}'}
INPUTS = {"endpointFile": "endpoint.yml", "deploymentFile": "deployment.yml", "sampleRequest": "sample.json", "modelName": "m"}


def prepare(emulator, folder):
    """Version 1 of the model "m"."""
    prepare_jobs(emulator)
    folder.mkdir()
    write(folder, "model/model.bin", "weights\n")
    outcome = Agent(folder, emulator.connection).run("model-register", {**emulator.azure_inputs(), "modelName": "m", "modelPath": "model"})
    assert outcome.exit_code == 0, outcome


def endpoint(name, code, place, says, text):
    return Case(name, code, (says,), place=("endpoint.yml", *place), files={"endpoint.yml": text})


def both_named(name, endpoint_name):
    """A name that the service refuses, the same in both files."""
    return Case(name, "value-invalid", (f'"{endpoint_name}"',), place=("endpoint.yml", 1, 7), files={
        "endpoint.yml": f"name: {endpoint_name}\n", "deployment.yml": DEPLOYMENT.replace("iris-dev", endpoint_name)})


def deployment(name, code, place, says, old, new, **inputs):
    assert DEPLOYMENT.count(old) == 1, name
    return Case(name, code, (says,), place=("deployment.yml", *place), inputs=inputs,
                files={"deployment.yml": DEPLOYMENT.replace(old, new)})


def script(name, code, says, text, **inputs):
    """A scoring script that does not work: found out by the service, and all taken back."""
    return Case(name, code, says, files={"src/score.py": text}, inputs=inputs, changes=True)


FILE_CASES = [
    with_inputs("no endpoint file", "input-missing", "the input endpointFile (--endpoint-file) is missing.", endpointFile=None),
    with_inputs("a missing endpoint file", "file-missing", 'the file "none.yml" does not exist.', endpointFile="none.yml"),
    with_inputs("no deployment file", "input-missing", "the input deploymentFile (--deployment-file) is missing.", deploymentFile=None),
    with_inputs("a missing deployment file", "file-missing", 'the file "none.yml" does not exist.', deploymentFile="none.yml"),
    both_named("an endpoint name with a capital and a dash below", "Iris_Dev"),
    both_named("an endpoint name that is too short", "ab"),
    endpoint("an unknown way to authenticate", "value-invalid", (2, 12), '"password" is not possible here. Possible are key,',
             "name: iris-dev\nauth_mode: password\n"),
    endpoint("an unknown key of the endpoint", "key-unknown", (2, 1), 'unknown key "auth_mod" in an online endpoint; did you mean "auth_mode"?',
             "name: iris-dev\nauth_mod: key\n"),
    endpoint("an endpoint without a name", "key-missing", (1, 1), 'an online endpoint needs the key "name".', "auth_mode: key\n"),
    endpoint("an unknown variable", "variable-unknown", (1, 7), 'unknown variable "SUFFIX".', "name: iris-$(SUFFIX)\n"),
    endpoint("an unknown cluster", "compute-unknown", (2, 10), 'unknown compute "aks-none". The workspace has: cpu-cluster.',
             "name: iris-dev\ncompute: azureml:aks-none\n"),
    deployment("a deployment of another endpoint", "value-invalid", (2, 16),
               'the deployment is for the endpoint "iris-prd", but the endpoint file describes "iris-dev".', "iris-dev", "iris-prd"),
    deployment("an unknown model in the file", "not-found", (3, 8), 'unknown model "n"', "azureml:m@latest", "azureml:n@latest",
               modelName=None),
    deployment("an unknown version of the environment", "not-found", (4, 14), 'the environment "plain" has no version "7".',
               "plain@latest", "plain:7"),
    deployment("a code folder that is missing", "file-missing", (7, 19), 'there is no scoring script "score.py" in "{folder}/sorce".',
               "code: src", "code: sorce"),
    deployment("a scoring script that is missing", "file-missing", (7, 19), 'there is no scoring script "scor.py" in "{folder}/src".',
               "score.py", "scor.py"),
    deployment("an unknown key of the deployment", "key-unknown", (9, 1), 'unknown key "instance_cont" in an online deployment; did you mean',
               "instance_count", "instance_cont"),
    deployment("a number that is none", "type-wrong", (9, 17), 'a whole number is needed here, not the text "many".',
               "instance_count: 1", "instance_count: many"),
    deployment("no instance", "value-invalid", (9, 17), "1", "instance_count: 1", "instance_count: 0"),
]

INPUT_CASES = [
    with_inputs("an unknown version of the model", "not-found", 'the model "m" has no version "9". Its newest version is "1".', modelVersion="9"),
    with_inputs("an unknown version of the file's model", "not-found", 'the model "m" has no version "9".', modelName=None, modelVersion="9"),
    with_inputs("an unknown model", "not-found", 'unknown model "mm"; did you mean "m"?', modelName="mm"),
    with_inputs("a missing sample request", "file-missing", 'the file "none.json" does not exist.', sampleRequest="none.json"),
    Case("a sample request that is no JSON", "json-syntax", ("the JSON can't be read", "sample.json:2:2"),
         files={"sample.json": "{\n 'a': 1}"}),
    with_inputs("more than all of the traffic", "input-invalid", "the input traffic (--traffic) is 101. Write a percentage", traffic="101"),
    with_inputs("traffic that is no number", "input-invalid", 'the input traffic (--traffic) is "all".', traffic="all"),
    with_inputs("a status that is none", "input-invalid", 'the input expectStatus (--expect-status) is "20".', expectStatus="20"),
    with_inputs("a tag without a value", "input-invalid", 'the input tagModel (--tag-model) is "production". Write name=value',
                tagModel="production"),
    with_inputs("a deployment name with a dash below", "input-invalid", 'the input deploymentName (--deployment-name) is "Blue_1"',
                deploymentName="Blue_1"),
    with_inputs("no time", "input-invalid", 'the input timeoutMinutes (--timeout-minutes) is "0". Write a whole number, 1 or more.',
                timeoutMinutes="0"),
    with_inputs("a setting for an unknown key", "key-unknown", 'set instance_cont: unknown key "instance_cont"', set="instance_cont=2"),
    with_inputs("an unknown workspace", "not-found", 'the workspace "mlops-dve" in the resource group "rg-mlops" does not exist.',
                workspace="mlops-dve"),
    Case("an unknown flag", "argument-unknown", ('unknown argument "--endpoint"',), arguments=("--endpoint", "e"), exit_code=2),
]

SERVICE_CASES = [
    script("a scoring script that throws at the start", "operation-failed", ('the operation on the deployment "model-1',
           "RuntimeError: no weights here"), "def init():\n    raise RuntimeError('no weights here')\n\n\ndef run(raw):\n    return 1\n"),
    script("a scoring script that throws on a request", "smoke-test-failed", ("the deployment model-1", "answered the sample request with",
           "instead of HTTP 200."), "def init():\n    pass\n\n\ndef run(raw):\n    raise ValueError('row 3')\n", smokeTestRetries="0"),
    script("a scoring script that is no Python", "operation-failed", ("SyntaxError: invalid syntax",), "def init(:\n"),
    script("a scoring script without run", "operation-failed", ("does not have a run() function defined",), "def init():\n    pass\n"),
    script("an answer with another status", "smoke-test-failed", ('HTTP 200 {{"length": 13}} instead of HTTP 201.',), SCORE, expectStatus="201"),
]

CASES = FILE_CASES + INPUT_CASES + SERVICE_CASES
