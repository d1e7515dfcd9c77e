"""Mistakes in what aml-submit is given: YAML, references, inputs; and jobs that fail."""

from bad_input.case import Case, full_disk, with_inputs
from support.workload import GOOD_JOB as GOOD
from support.workload import JOB, JOB_INPUTS, PIPELINE, prepare  # noqa: F401 - the table's `prepare`

TASK = "aml-submit"
INPUTS = JOB_INPUTS


def edited(name, code, place, says, old, new, text=JOB, **more):
    """The good job with something else in it."""
    assert text.count(old) == 1, f"{name}: {old}"
    return Case(name, code, (says,) if isinstance(says, str) else says, place=("job.yml", *place) if place else None,
                files={"job.yml": text.replace(old, new)}, **more)


def in_pipeline(*arguments):
    return edited(*arguments, text=PIPELINE)


INPUT_CASES = [
    with_inputs("no file", "input-missing", "the input jobFile (--job-file) is missing.", jobFile=None),
    with_inputs("a missing file", "file-missing",
                'the file "jobs/train.yml" does not exist. Paths are relative to "{folder}".', jobFile="jobs/train.yml"),
    with_inputs("a setting without a value", "input-invalid", 'the input set (--set) has the line "display_name".', set="display_name"),
    with_inputs("a word that is none of the list", "input-invalid",
                'the input onFailure (--on-failure) is "explode". Legal values: fail, warn, ignore.', onFailure="explode"),
    with_inputs("a boolean that is none", "input-invalid", 'the input wait (--wait) is "ja". Write true or false.', wait="ja"),
    with_inputs("a number that is none", "input-invalid",
                'the input timeoutMinutes (--timeout-minutes) is "1h". Write a whole number, 0 or more.', timeoutMinutes="1h"),
    with_inputs("a negative number", "input-invalid", 'the input timeoutMinutes (--timeout-minutes) is "-1".', timeoutMinutes="-1"),
    with_inputs("a number below the least", "input-invalid", "Write a whole number, 1 or more.", pollSeconds="0"),
    with_inputs("outputs without waiting", "input-invalid",
                "the input downloadOutputs (--download-outputs) needs the end of the job, but wait is false.",
                wait="false", downloadOutputs="default"),
    Case("one name for two jobs", "input-invalid", ("the input name (--name) would be the name of 2 jobs.",),
         files={"other.yml": JOB}, inputs={"jobFile": "job.yml\nother.yml", "name": "x"}),
    with_inputs("no workspace", "input-missing", "the input workspace (--workspace) is missing.", workspace=None),
    with_inputs("an unknown workspace", "not-found", ("(HTTP 404, request id ",
                'the workspace "mlops-dve" in the resource group "rg-mlops" does not exist. Check the names'), workspace="mlops-dve"),
    with_inputs("an unknown resource group", "not-found",
                'the workspace "mlops-dev" in the resource group "rg-mlop" does not exist.', resourceGroup="rg-mlop"),
    with_inputs("an unknown subscription", "not-found", "/subscriptions/00000000-3333-4444-8555-666666666666/",
                subscriptionId="00000000-3333-4444-8555-666666666666"),
    with_inputs("an unknown connection", "connection-missing", 'there is no service connection "azure".', azureSubscription="azure"),
    Case("a flag that is misspelt", "argument-unknown", ('unknown argument "--jobfile"; did you mean "--job-file"?',),
         arguments=("--jobfile", "job.yml"), exit_code=2),
    with_inputs("an outputs folder where none can be", "file-unwritable", "job.yml/results", outputsFolder="job.yml/results"),
]

JOB_CASES = [
    edited("a line at the wrong depth", "yaml-syntax", (6, 9), "the YAML can't be read", "compute: azureml", " compute: azureml"),
    edited("an open bracket", "yaml-syntax", (9, 1), "the YAML can't be read", "rate: 0.5", "rate: {value: 0.5"),
    edited("an open quote", "yaml-syntax", (8, 9), "quote", "rate: 0.5", "rate: '0.5"),
    edited("a key twice", "yaml-syntax", (5, 1), 'the key "code" stands twice in one mapping.', "code: src", "code: src\ncode: src2"),
    edited("an empty file", "type-wrong", None, "job.yml: the file must hold a mapping of keys and values.", JOB, ""),
    edited("an unknown key", "key-unknown", (6, 1), 'unknown key "computee" in a command job; did you mean "compute"?', "compute:", "computee:"),
    edited("an unknown key of an input", "key-unknown", (8, 10), 'unknown key "tpye" in an input', "rate: 0.5", "rate: {tpye: number, value: 1}"),
    edited("an unknown type of job", "value-invalid", (1, 7), '"comand"', "type: command", "type: comand"),
    edited("a file of no task", "kind-unknown", (1, 10), '"workspace" can\'t be created by this task.', "type: command",
           "$schema: https://azuremlschemas.azureedge.net/latest/workspace.schema.json\nname: x"),
    edited("a list as a command", "type-wrong", (3, 10), "a text is needed here, not a list.", "echo ${{inputs.rate}}", "[echo, a]"),
    edited("a list as an input", "type-wrong", (8, 9), "list", "rate: 0.5", "rate: [1, 2]"),
    edited("no command", "key-missing", (1, 1), 'the key "command" is missing.', "command: echo ${{inputs.rate}}\n", ""),
    edited("an unknown compute", "compute-unknown", (6, 10),
           'unknown compute "cpu-clusterr"; did you mean "cpu-cluster"? The workspace has: cpu-cluster.', "azureml:cpu-cluster", "azureml:cpu-clusterr"),
    edited("an unknown environment", "not-found", (5, 14), 'unknown environment "training"', "azureml:plain@latest", "azureml:training@latest"),
    edited("an unknown version", "not-found", (5, 14), 'the environment "plain" has no version "9". Its newest version is "1".',
           "azureml:plain@latest", "azureml:plain:9"),
    edited("an unknown data asset", "not-found", (8, 32), 'unknown data asset "iris".', "rate: 0.5",
           "rate: {type: uri_file, path: azureml:iris@latest}"),
    edited("local data that are missing", "file-missing", (8, 32), 'there is no file or folder "{folder}/data/none.csv".', "rate: 0.5",
           "rate: {type: uri_file, path: data/none.csv}"),
    edited("a code folder that is missing", "file-missing", (4, 7), 'there is no file or folder "{folder}/source".', "code: src", "code: source"),
    edited("an expression for no input", "expression-unknown", (3, 10), 'has no input "rat"; did you mean "rate"? It has: rate.',
           "${{inputs.rate}}", "${{inputs.rat}}"),
    edited("an unknown variable", "variable-unknown", (6, 10), 'unknown variable "AML_COMPUT"; did you mean "AML_COMPUTE"?',
           "azureml:cpu-cluster", "azureml:$(AML_COMPUT)", variables={"AML_COMPUTE": "cpu-cluster"}),
    in_pipeline("a step that is unknown", "expression-unknown", (17, 13), 'the pipeline has no step "on"; did you mean "one"? It has: one, two.',
                "parent.jobs.one", "parent.jobs.on"),
    in_pipeline("an output that is unknown", "expression-unknown", (17, 13), 'the step "one" has no output "dat"; did you mean "data"?',
                "one.outputs.data", "one.outputs.dat"),
    in_pipeline("an input of the pipeline that is unknown", "expression-unknown", (17, 13), 'the pipeline has no input "nope".',
                "${{parent.jobs.one.outputs.data}}", "${{parent.inputs.nope}}"),
    in_pipeline("an unknown key of a step", "key-unknown", (14, 5), 'unknown key "comand" in the step', "command: cat", "comand: cat"),
    in_pipeline("a pipeline without steps", "value-invalid", (5, 7), "a pipeline needs at least one step.",
                PIPELINE[PIPELINE.index("jobs:\n"):], "jobs: {}\n"),
]

RESULT_CASES = [
    edited("a job that fails", "job-failed", None, ('the job "train-7-1', "status code 3", "no such column"), "echo ${{inputs.rate}}",
           "echo reading; echo no such column >&2; exit 3", changes=True),
    Case("an output that the job does not have", "output-missing", ('" has no output "modl".',),
         inputs={"downloadOutputs": "modl"}, changes=True),
    Case("a disk that is full when the metrics come", "file-unwritable", ("No space left on device",),
         inputs={"outputsFolder": "full"}, prefix=full_disk(), changes=True),
]

CASES = INPUT_CASES + JOB_CASES + RESULT_CASES
