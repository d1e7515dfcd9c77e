#!/usr/bin/env python3
"""Real pipelines expand without an error and without an expression left, and are what the service's schema allows."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

import jsonschema
import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared"
CORPUS = SHARED / "corpus" / "dstoolkit"
PIPELINES = ("azure-pipelines/PIPELINE-1-modeling.yml", "azure-pipelines/PIPELINE-2-batchinference.yml", "infra/PIPELINE-0-setup.yml")
PROGRAM = pathlib.Path(os.environ.get("MLOPS_BIN") or REPOSITORY / "build" / "dev" / "bin") / "pipeline-run"


def without_case(node):
    """The schema or the pipeline with names and words in lower case: the service ignores case where the schema says so."""
    if isinstance(node, dict):
        return {key if key.startswith("$") else key.lower():
                f"(?i){value}" if key == "pattern" and isinstance(value, str) else value if key == "$ref" else without_case(value)
                for key, value in node.items()}
    if isinstance(node, list):
        return [without_case(value) for value in node]
    return node.lower() if isinstance(node, str) else node


# Key words of JSON Schema itself, which have capital letters.
WORDS = ("additionalProperties", "anyOf", "oneOf", "allOf", "minLength", "maxLength", "minItems", "maxItems", "minProperties",
         "maxProperties", "patternProperties", "propertyNames")


def comparable(schema):
    # What a task takes is its own matter: the service's schema knows names of inputs, but not all of their aliases.
    schema["definitions"]["task"] = {"type": "object", "required": ["task"]}
    text = json.dumps(without_case(schema))
    for word in WORDS:
        text = text.replace(f'"{word.lower()}":', f'"{word}":')
    return json.loads(re.sub(r'"\$ref": "([^"]*)"', lambda ref: '"$ref": "' + ref[1].lower() + '"', text))


# Ours: the example's with the templates they extend, and the one that publishes the extension.
EXAMPLE = "examples/breast-cancer"
OWN = ("azure-pipelines.yml", "infra/azure-pipelines.yml", f"{EXAMPLE}/azure-pipelines.yml", *(f"{EXAMPLE}/pipelines/{name}.yml" for name in
       ("pull-request", "batch-inference", "monitor-and-retrain", "rollback")))
# Every template with every part that a parameter brings in, from a repository of its own that is reached by a resource.
EVERYTHING = {
    "train-and-deploy": """
        environments:
        - {name: DEV, connection: dev, pool: {name: mine, demands: [gpu]}, testEndpoint: true}
        - {name: PRD, connection: prd, manualApproval: true, approvers: managers, notify: team}
        assets: data.yml
        container: ubuntu:24.04
        testSteps: [{script: ./test "$(deploy.scoringUri)"}]
        keepPrevious: true
        lockBehavior: runLatest
        azureDevOps: organization
        retainInDays: 365
        waitForTraining: server
    """,
    "pull-request": """
        environments: [{name: DEV, connection: dev, pool: {name: mine}}, {name: PRD, connection: prd}]
        requirements: requirements.txt
        checkSteps: [{script: ./check}]
        data: data.csv
        assets: data.yml
        container: ubuntu:24.04
    """,
    "batch-inference": """
        environment: {name: PRD, connection: prd, pool: {name: mine}}
        inputs: data=azureml:cases:1
        assets: compute.yml
        gateRules: gates/batch.yml
        container: ubuntu:24.04
    """,
    "monitor-and-retrain": """
        monitored: {name: PRD, connection: prd, pool: {name: mine}}
        environments: [{name: PRD, connection: prd}]
        freshData: azureml:fresh@latest
        referenceData: azureml:cases@latest
        monitorAssets: fresh.yml
        monitoringJob: monitor.yml
        retrainOn: warn
        azureDevOps: organization
        workItemType: Bug
        container: ubuntu:24.04
    """,
    "infrastructure": """
        environments: [{name: DEV, connection: dev, pool: {name: mine}}, {name: PRD, connection: prd}]
        repository: mlops
        createResourceGroup: true
        computes: configuration/compute/cluster.yml
        kubernetesCompute: configuration/compute/kubernetes.yml
    """,
    "rollback": """
        environments: [{name: PRD, connection: prd, manualApproval: true, approvers: managers, pool: {name: mine}}]
        environment: PRD
        modelVersion: '3'
        container: ubuntu:24.04
    """,
}
CONSUMER = """
resources:
  repositories:
  - {{repository: mlops, type: git, name: mlops/mlops-azure-ml}}
extends:
  template: pipeline-templates/{template}.yml@mlops
  parameters:
{parameters}
"""


def expanded(file, *options):
    run = subprocess.run([PROGRAM, file, *options, "--expand"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise AssertionError(run.stderr)
    return run.stdout


class Expansion(unittest.TestCase):
    def setUp(self):
        file = SHARED / "specs" / "azure-pipelines" / "service-schema.json"
        self.schema = comparable(json.loads(file.read_text(encoding="utf-8")))

    def test_our_pipelines_expand(self):
        for name in OWN:
            with self.subTest(name):
                text = expanded(REPOSITORY / name)
                self.assertNotIn("${{", text)
                jsonschema.validate(without_case(yaml.load(text, Loader=yaml.BaseLoader)), self.schema)

    def test_every_template_expands_whole(self):
        templates = {file.stem for file in (REPOSITORY / "pipeline-templates").glob("*.yml")}
        self.assertEqual(templates - set(EVERYTHING), set(), "a template without a case here")
        with tempfile.TemporaryDirectory() as folder:
            for template, parameters in EVERYTHING.items():
                with self.subTest(template):
                    file = pathlib.Path(folder) / "azure-pipelines.yml"
                    parameters = textwrap.indent(textwrap.dedent(parameters), "    ")
                    file.write_text(CONSUMER.format(template=template, parameters=parameters), encoding="utf-8")
                    text = expanded(file, "--repository", f"mlops={REPOSITORY}")
                    self.assertNotIn("${{", text)
                    jsonschema.validate(without_case(yaml.load(text, Loader=yaml.BaseLoader)), self.schema)

    def test_the_documented_parameters_are_those_of_the_templates(self):
        check = subprocess.run([REPOSITORY / "scripts" / "generate-template-docs", "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(check.returncode, 0, check.stderr)

    def test_real_pipelines_expand(self):
        for name in PIPELINES:
            with self.subTest(name):
                text = expanded(CORPUS / name, "--sources", CORPUS)
                self.assertNotIn("${{", text)
                # The schema wants texts where a person writes numbers and booleans.
                pipeline = without_case(yaml.load(text, Loader=yaml.BaseLoader))
                pipeline.pop("pr", None)  # one names a fork's branch, for which the schema has no form
                jsonschema.validate(pipeline, self.schema)


if __name__ == "__main__":
    if not CORPUS.is_dir():
        print(f"skipped: {CORPUS} is absent")
        sys.exit(77)
    unittest.main(verbosity=2)
