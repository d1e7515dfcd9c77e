"""Mistakes on the way of a model into the registry."""

from bad_input.case import Case

GOOD = {"model/model.bin": "weights\n", "gate.json": '{"verdict": "pass", "job": "", "candidate": {"metrics": {"accuracy": 0.9}}}'}
INPUTS = {"modelName": "m", "modelPath": "model"}
JOB = {"modelPath": None, "jobName": "made"}

def prepare(emulator, folder):
    from support.agent import Agent
    from support.scenario import write
    from bad_input import aml_submit
    aml_submit.prepare(emulator, folder)
    folder.mkdir()
    write(folder, "job.yml", """
        type: command
        command: mkdir -p ${{outputs.model}} && echo 1 > ${{outputs.model}}/x
        environment: azureml:plain@latest
        compute: azureml:cpu-cluster
        outputs:
          model: {type: uri_folder}
          empty: {type: uri_folder}
        """)
    o = Agent(folder, emulator.connection).run("aml-submit", {**emulator.azure_inputs(), "jobFile": "job.yml", "name": "made", "pollSeconds": "1"})
    assert o.exit_code == 0, o

CASES = [
    Case("good", code="", started=True),
    Case("no name", code="", inputs={"modelName": None}),
    Case("name", code="", inputs={"modelName": "my model"}),
    Case("name long", code="", inputs={"modelName": "m"*256}),
    Case("version", code="", inputs={"modelVersion": "1/2"}),
    Case("type", code="", inputs={"modelType": "onnx"}),
    Case("path missing", code="", inputs={"modelPath": "modl"}),
    Case("path empty", code="", inputs={"modelPath": "empty"}, before=lambda d: (d/"empty").mkdir()),
    Case("both", code="", inputs={"jobName": "made"}),
    Case("neither", code="", inputs={"modelPath": None}),
    Case("unknown job", code="", inputs={**JOB, "jobName": "mde"}),
    Case("unknown output", code="", inputs={**JOB, "outputName": "modl"}),
    Case("empty output", code="", inputs={**JOB, "outputName": "empty"}),
    Case("default output", code="", inputs={**JOB}),
    Case("path in output", code="", inputs={**JOB, "outputName": "model", "path": "y"}),
    Case("path out of output", code="", inputs={**JOB, "outputName": "model", "path": "../x"}),
    Case("gate missing", code="", inputs={"gateReport": "none.json", "requireGate": "true"}),
    Case("gate not given", code="", inputs={"requireGate": "true"}),
    Case("gate failed", code="", inputs={"gateReport": "gate.json", "requireGate": "true"}, files={"gate.json": '{\n "verdict": "fail"}'}),
    Case("gate of no verdict", code="", inputs={"gateReport": "gate.json", "requireGate": "true"}, files={"gate.json": '{\n "verdct": "pass"}'}),
    Case("gate of other verdict", code="", inputs={"gateReport": "gate.json", "requireGate": "true"}, files={"gate.json": '{"verdict": "ok"}'}),
    Case("gate of other job", code="", inputs={**JOB, "outputName": "model", "gateReport": "gate.json"}, files={"gate.json": '{"verdict": "pass", "job": "other"}'}),
    Case("gate broken", code="", inputs={"gateReport": "gate.json"}, files={"gate.json": '{"verdict": "pass"'}),
    Case("gate no object", code="", inputs={"gateReport": "gate.json"}, files={"gate.json": '[]'}),
    Case("metrics file", code="", inputs={"metricsFile": "m.json"}),
    Case("metrics file NaN", code="", inputs={"metricsFile": "m.json"}, files={"m.json": '{"a": NaN}'}),
    Case("tags", code="", inputs={"tags": "a"}),
    Case("unknown workspace", code="", inputs={"workspace": "x"}),
    Case("version taken", code="", inputs={"modelVersion": "1"}, files={"model/model.bin": "other"}),
]
