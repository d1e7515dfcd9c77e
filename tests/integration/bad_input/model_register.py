"""Mistakes on the way of a model into the registry."""

from bad_input.case import Case, with_inputs
from support.agent import Agent
from support.scenario import write
from support.workload import prepare as prepare_jobs

TASK = "model-register"
GOOD = {"model/model.bin": "weights\n", "gate.json": '{"verdict": "pass", "candidate": {"metrics": {"accuracy": 0.9}}}\n'}
INPUTS = {"modelName": "m", "modelPath": "model"}
FROM_JOB = {"modelPath": None, "jobName": "made", "outputName": "model"}
TRAINING = """
    type: command
    command: echo 1 > ${{outputs.model}}/x
    environment: azureml:plain@latest
    compute: azureml:cpu-cluster
    outputs:
      model: {type: uri_folder}
      empty: {type: uri_folder}
    """


def prepare(emulator, folder):
    """A job "made" with an output, and version 1 of the model "taken"."""
    prepare_jobs(emulator)
    folder.mkdir()
    write(folder, "job.yml", TRAINING)
    write(folder, "model/model.bin", "other weights\n")
    agent = Agent(folder, emulator.connection)
    for task, inputs in (("aml-submit", {"jobFile": "job.yml", "name": "made", "pollSeconds": "1"}),
                         ("model-register", {"modelName": "taken", "modelPath": "model"})):
        outcome = agent.run(task, {**emulator.azure_inputs(), **inputs})
        assert outcome.exit_code == 0, outcome


def gated(name, code, says, report, place=None, **inputs):
    return Case(name, code, (says,), place=("gate.json", *place) if place else None, files={"gate.json": report},
                inputs={"gateReport": "gate.json", "requireGate": "true", **inputs})


CASES = [
    with_inputs("no name", "input-missing", "the input modelName (--model-name) is missing.", modelName=None),
    with_inputs("a name with a blank", "input-invalid", 'the input modelName (--model-name) is "my model". Use at most 255 letters',
                modelName="my model"),
    with_inputs("a name that is too long", "input-invalid", "Use at most 255 letters", modelName="m" * 256),
    with_inputs("a version with a slash", "input-invalid", 'the input modelVersion (--model-version) is "1/2".', modelVersion="1/2"),
    with_inputs("an unknown type", "input-invalid", 'the input modelType (--model-type) is "onnx". Legal values: custom_model, mlflow_model',
                modelType="onnx"),
    with_inputs("a missing folder", "file-missing", '"modl"', modelPath="modl"),
    Case("a folder that holds nothing to upload", "folder-empty", ('empty" holds no file to upload.',),
         files={"empty/.amlignore": "*\n"}, inputs={"modelPath": "empty"}),
    with_inputs("a job and a folder", "input-invalid", "and the input modelPath (--model-path) are both set.", jobName="made"),
    with_inputs("neither a job nor a folder", "input-invalid", "and the input modelPath (--model-path) are both empty.", modelPath=None),
    with_inputs("an unknown job", "not-found", '"mde"', **{**FROM_JOB, "jobName": "mde", "outputName": None}),
    with_inputs("an unknown output", "output-missing", 'the job "made" has no output "modl"; did you mean "model"? There are: empty, model.',
                **{**FROM_JOB, "outputName": "modl"}),
    with_inputs("an output that holds nothing", "output-empty", 'the output "empty" of the job "made" holds nothing.',
                **{**FROM_JOB, "outputName": "empty"}),
    with_inputs("a job that wrote logs alone", "output-empty", 'the output "default" of the job "made" holds nothing',
                **{**FROM_JOB, "outputName": "default"}),
    with_inputs("a path that is not in the output", "output-empty", 'the output "model" of the job "made" holds nothing at "y".',
                **FROM_JOB, path="y"),
    with_inputs("a path that leaves the output", "input-invalid", 'the input path (--path) is "../x". It must stay in the output.',
                **FROM_JOB, path="../x"),
    with_inputs("a missing gate report", "file-missing", 'the file "none.json" does not exist.', gateReport="none.json"),
    with_inputs("no gate report though it is required", "gate-missing", "the gate is required, but the input gateReport (--gate-report) "
                "is empty.", requireGate="true"),
    gated("a gate that failed", "gate-failed", 'the gate\'s verdict is "fail": the model is not registered.', '{\n "verdict": "fail"}', (2, 13)),
    gated("a gate without a verdict", "key-missing", 'the key "verdict" is missing.', '{\n "verdct": "pass"}', (1, 1)),
    gated("a gate with another verdict", "gate-failed", 'the gate\'s verdict is "ok"', '{"verdict": "ok"}', (1, 13)),
    gated("the gate of another job", "gate-mismatch", 'the gate judged the job "other", but "made" is to be registered.',
          '{"verdict": "pass", "job": "other"}', (1, 28), **FROM_JOB),
    gated("a gate report that is cut short", "json-syntax", "the JSON can't be read", '{"verdict": "pass"', (1, 19)),
    gated("a gate report that is a list", "type-wrong", "a mapping is needed here, not a list.", "[]", (1, 1)),
    with_inputs("a missing metrics file", "file-missing", 'the file "none.json" does not exist.', metricsFile="none.json"),
    with_inputs("a tag without a value", "input-invalid", 'the input tags (--tags) has the line "a". Write name=value', tags="a"),
    with_inputs("an unknown workspace", "not-found", 'the workspace "mlops-dve" in the resource group "rg-mlops" does not exist.',
                workspace="mlops-dve"),
    Case("a version that is taken", "version-taken", ('version 1 of the model "taken" exists and holds something else.',),
         inputs={"modelName": "taken", "modelVersion": "1"}, changes=True),
    Case("an unknown flag", "argument-unknown", ('unknown argument "--model"',), arguments=("--model", "m"), exit_code=2),
]
