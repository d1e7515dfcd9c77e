#!/usr/bin/env python3
"""task.json of every task: valid by Microsoft's schema, and the committed file is what the executable prints."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

from support import scenario  # noqa: E402
from support.agent import TASK_FOLDERS  # noqa: E402
from support.places import REPOSITORY, SPECIFICATIONS, binary  # noqa: E402


def printed(task):
    return subprocess.run([str(binary(task)), "--task-json"], capture_output=True, text=True, check=True, env={}).stdout


class TaskJson(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = {task: printed(task) for task in TASK_FOLDERS}
        cls.manifests = {task: json.loads(text) for task, text in cls.texts.items()}

    def test_it_fits_the_schema(self):
        file = SPECIFICATIONS / "azure-pipelines" / "tasks.schema.json"
        if not file.exists():
            self.skipTest(f"{file} is not there")
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        validator = jsonschema.Draft4Validator(json.loads(file.read_text(encoding="utf-8")))
        for task, manifest in self.manifests.items():
            with self.subTest(task):
                self.assertEqual([f"{list(error.path)}: {error.message}" for error in validator.iter_errors(manifest)], [])

    def test_the_committed_file_is_up_to_date(self):
        for task, folder in TASK_FOLDERS.items():
            with self.subTest(task):
                committed = (REPOSITORY / "tasks" / folder / "task.json").read_text(encoding="utf-8")
                self.assertEqual(committed, self.texts[task], "run scripts/generate-tasks")

    def test_the_agent_starts_what_is_there(self):
        """The launcher for current and older agents, and no runner that an agent calls deprecated alone."""
        for task, manifest in self.manifests.items():
            with self.subTest(task):
                executions = manifest["execution"]
                self.assertTrue({"Node20_1", "Node24"} & set(executions), executions)
                self.assertEqual({runner["target"] for runner in executions.values()}, {"launch.js"})
                launch = json.loads((REPOSITORY / "tasks" / TASK_FOLDERS[task] / "launch.json").read_text(encoding="utf-8"))
                self.assertEqual(launch["executable"], task)

    def test_identities_are_unique_and_well_formed(self):
        ids = [manifest["id"] for manifest in self.manifests.values()]
        self.assertEqual(len(set(ids)), len(ids))
        for task, manifest in self.manifests.items():
            with self.subTest(task):
                self.assertRegex(manifest["id"], r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
                self.assertLessEqual(len(manifest["friendlyName"]), 40)
                self.assertEqual(manifest["name"] + f"V{manifest['version']['Major']}", TASK_FOLDERS[task])

    def test_inputs_are_complete(self):
        for task, manifest in self.manifests.items():
            groups = {group["name"] for group in manifest.get("groups", [])}
            names = [entry["name"].lower() for entry in manifest["inputs"]]
            self.assertEqual(len(set(names)), len(names), task)
            for entry in manifest["inputs"]:
                with self.subTest(f"{task} {entry['name']}"):
                    self.assertTrue(entry["helpMarkDown"].endswith("."), entry["helpMarkDown"])
                    self.assertIn(entry.get("groupName"), groups | {None})
                    if "options" in entry:
                        self.assertIn(entry["defaultValue"], entry["options"])
                    elif entry["type"] == "pickList":
                        self.assertIn(entry["name"], [binding["target"] for binding in manifest["dataSourceBindings"]])

    def test_an_input_is_hidden_by_one_that_is_there(self):
        """Rules of the form `name = value` and `name != value`; the value one that the other input can have."""
        rules = 0
        for task, manifest in self.manifests.items():
            inputs = {entry["name"]: entry for entry in manifest["inputs"]}
            for entry in manifest["inputs"]:
                if "visibleRule" not in entry:
                    continue
                with self.subTest(f"{task} {entry['name']}"):
                    name, value = re.fullmatch(r'(\w+) !?= ("\w*"|\w+)', entry["visibleRule"]).groups()
                    self.assertNotEqual(name, entry["name"])
                    self.assertFalse(entry["required"], "a hidden input can't be required")
                    if inputs[name]["type"] == "boolean":
                        self.assertIn(value, ("true", "false"))
                    rules += 1
        self.assertGreater(rules, 10)

    def test_every_output_that_is_set_is_described(self):
        """Names in set_variable(...) of the sources beside those of the table."""
        for task, manifest in self.manifests.items():
            described = [variable["name"] for variable in manifest.get("outputVariables", [])]
            folder = REPOSITORY / "native" / "mlops" / "tasks" / task
            used = set(re.findall(r'set_variable\("(\w+)"', "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.cpp"))))
            with self.subTest(task):
                self.assertEqual({name for name in used if name not in described}, set())


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    scenario.main()
