#!/usr/bin/env python3
"""Real pipelines expand without an error and without an expression left, and are what the service's schema allows."""

import json
import os
import pathlib
import re
import subprocess
import sys
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


# Ours: the example with the templates it extends, a consumer that waits without an agent, and the one that publishes the extension.
OWN = ("azure-pipelines.yml", "examples/breast-cancer/azure-pipelines.yml", "tests/conformance/expansion/agentless.yml")


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
