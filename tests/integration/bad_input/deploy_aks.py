"""Mistakes on the way of a model into service."""

from bad_input.case import Case
from bad_input import aml_submit

ENDPOINT = """
    name: iris-dev
    auth_mode: key
    """
DEPLOYMENT = """
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
    from support.agent import Agent
    from support.scenario import write
    aml_submit.prepare(emulator, folder)
    folder.mkdir()
    write(folder, "model/model.bin", "x")
    o = Agent(folder, emulator.connection).run("model-register", {**emulator.azure_inputs(), "modelName": "m", "modelPath": "model"})
    assert o.exit_code == 0, o

def d(name, old, new, **e):
    assert old in DEPLOYMENT
    return Case(name, files={"deployment.yml": DEPLOYMENT.replace(old, new)}, **e)
def en(name, text, **e):
    return Case(name, files={"endpoint.yml": text}, **e)
def s(name, text, **e):
    return Case(name, files={"src/score.py": text}, started=True, **e)

CASES = [
    Case("endpoint file", code="", inputs={"endpointFile": "e.yml"}),
    Case("deployment file", code="", inputs={"deploymentFile": "e.yml"}),
    en("endpoint name", "name: Iris_Dev!\nauth_mode: key\n", code=""),
    en("endpoint name short", "name: ab\nauth_mode: key\n", code=""),
    en("endpoint auth", "name: iris-dev\nauth_mode: password\n", code=""),
    en("endpoint key", "name: iris-dev\nauth_mod: key\n", code=""),
    en("endpoint no name", "auth_mode: key\n", code=""),
    en("endpoint variable", "name: iris-$(SUFFIX)\n", code=""),
    en("endpoint compute", "name: iris-dev\ncompute: azureml:aks-none\n", code=""),
    d("other endpoint", "iris-dev", "iris-prd", code=""),
    d("model unknown", "azureml:m@latest", "azureml:n@latest", code="", inputs={"modelName": None}),
    d("env unknown", "azureml:plain@latest", "azureml:plain:7", code=""),
    d("code missing", "code: src", "code: sorce", code=""),
    d("script missing", "score.py", "scor.py", code=""),
    d("key unknown", "instance_count", "instance_cont", code=""),
    d("count type", "instance_count: 1", "instance_count: many", code=""),
    d("count zero", "instance_count: 1", "instance_count: 0", code=""),
    Case("model version unknown", code="", inputs={"modelVersion": "9"}),
    Case("model name unknown", code="", inputs={"modelName": "mm"}),
    Case("version without name", code="", inputs={"modelName": None, "modelVersion": "1"}),
    Case("sample missing", code="", inputs={"sampleRequest": "s.json"}),
    Case("sample broken", code="", files={"sample.json": "{\n 'a': 1}"}),
    Case("traffic", code="", inputs={"traffic": "101"}),
    Case("traffic no number", code="", inputs={"traffic": "all"}),
    Case("status", code="", inputs={"expectStatus": "20"}),
    Case("status 2", code="", inputs={"expectStatus": "201"}, started=True),
    Case("tag", code="", inputs={"tagModel": "production"}),
    Case("deployment name", code="", inputs={"deploymentName": "Blue_1"}),
    Case("timeout", code="", inputs={"timeoutMinutes": "0"}),
    s("init throws", "def init():\n    raise RuntimeError('no weights here')\n\n\ndef run(raw):\n    return 1\n", code=""),
    s("run throws", "def init():\n    pass\n\n\ndef run(raw):\n    raise ValueError('row 3 is wrong')\n", code="", inputs={"smokeTestRetries": "1"}),
    s("syntax", "def init(:\n", code=""),
    s("no run", "def init():\n    pass\n", code=""),
    Case("set path", code="", inputs={"set": "instance_cont=2"}),
    Case("unknown workspace", code="", inputs={"workspace": "x"}),
]
