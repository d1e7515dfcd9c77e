"""The Azure Pipelines YAML in the pages of the repository, and what is wrong with its use of our tasks."""

import json
import pathlib
import re
import textwrap
from dataclasses import dataclass

import yaml

# One of these at the top makes a snippet a pipeline, a template or a list of steps; others are configuration, gate rules and the like.
PIPELINE_KEYS = {"steps", "jobs", "stages", "extends", "resources"}
STEP_KEYS = {"task", "script", "bash", "pwsh", "powershell", "checkout", "download", "publish", "template"}
FENCE = re.compile(r"^(?P<indent> *)```ya?ml\n(?P<text>.*?)^(?P=indent)```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Snippet:
    place: str  # file:line
    document: object  # a mapping that the schema of pipelines describes

    @property
    def steps(self):
        return list(steps_in(self.document))


def as_pipeline(content):
    """The document when it is Azure Pipelines YAML, a list of steps as a pipeline of them; None for anything else."""
    if isinstance(content, list) and content and all(isinstance(item, dict) and STEP_KEYS & set(item) for item in content):
        return {"steps": content}
    if isinstance(content, dict) and PIPELINE_KEYS & set(content):
        return content
    return None


def snippets_of(page, name):
    """Those of a page in Markdown. Throws for a fence that is no YAML."""
    for match in FENCE.finditer(page):
        line = page.count("\n", 0, match.start()) + 2
        document = as_pipeline(yaml.safe_load(textwrap.dedent(match["text"])))
        if document is not None:
            yield Snippet(f"{name}:{line}", document)


def pages(repository):
    for pattern in ("*.md", "docs/**/*.md", "tasks/*/README.md", "configuration/**/*.md", "examples/**/README.md"):
        yield from sorted(repository.glob(pattern))


def all_snippets(repository):
    for page in pages(repository):
        yield from snippets_of(page.read_text(encoding="utf-8"), str(page.relative_to(repository)))
    for pipeline in sorted(repository.glob("examples/*/azure-pipelines.yml")):
        yield Snippet(f"{pipeline.relative_to(repository)}:1", yaml.safe_load(pipeline.read_text(encoding="utf-8")))


def steps_in(node):
    """Every step with `task` in the document, at any depth."""
    if isinstance(node, list):
        for item in node:
            yield from steps_in(item)
    elif isinstance(node, dict):
        if isinstance(node.get("task"), str):
            yield node
        for value in node.values():
            yield from steps_in(value)


class Tasks:
    """Our tasks as their task.json describes them, by the name that YAML uses."""

    def __init__(self, repository):
        manifests = [json.loads(file.read_text(encoding="utf-8")) for file in repository.glob("tasks/*/task.json")]
        self._tasks = {f"{manifest['name']}@{manifest['version']['Major']}": manifest for manifest in manifests}

    @property
    def names(self):
        return sorted(self._tasks)

    def problems(self, step):
        """What the service would refuse, or ignore without a word; a task of others has none."""
        name = step["task"]
        manifest = self._tasks.get(name)
        if manifest is None:
            return [f"there is no task {name}"] if name.startswith("Mlops") else []
        given = step.get("inputs") or {}
        by_name = {}
        for entry in manifest["inputs"]:
            for alias in (entry["name"], *entry.get("aliases", [])):
                by_name[alias] = entry
        unknown = [f"{name} has no input {key}" for key in given if key not in by_name]
        filled = {by_name[key]["name"] for key, value in given.items() if key in by_name and value not in (None, "")}
        missing = [f"{name} needs the input {entry['name']}" for entry in manifest["inputs"]
                   if entry["required"] and entry["name"] not in filled]
        wrong = [f"{name}: {value!r} is no value of {key}" for key, value in given.items()
                 if key in by_name and not is_legal(by_name[key], value)]
        return unknown + missing + wrong

    def added_to(self, schema):
        """The schema as an organization with the extension gets it: our tasks among the built-in ones."""
        task = schema["definitions"]["task"]
        task["properties"]["task"]["anyOf"].extend({"enum": [name]} for name in self.names)
        for name in self.names:
            inputs = {entry["name"]: {} for entry in self._tasks[name]["inputs"]}
            task["anyOf"].append({
                "properties": {"task": {"enum": [name]}, "inputs": {"properties": inputs, "additionalProperties": False}},
                "required": ["task"]})
        return schema


def is_legal(entry, value):
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if "$(" in text or "${{" in text or "$[" in text:
        return True
    if entry["type"] == "boolean":
        return text in ("true", "false")
    if "options" in entry:
        return text in entry["options"]
    if entry.get("properties", {}).get("isVariableOrNonNegativeNumber"):
        return text.isdigit()
    return True
