#!/usr/bin/env python3
"""task.json of every task: valid by Microsoft's schema, and the committed file is what the executable prints. The task of
agentless jobs has no executable."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

from support import scenario, schemas  # noqa: E402
from support.agent import TASK_FOLDERS  # noqa: E402
from support.places import REPOSITORY, binary  # noqa: E402


def printed(task):
    return subprocess.run([str(binary(task)), "--task-json"], capture_output=True, text=True, check=True, env={}).stdout


def errors_by_schema(test, manifest):
    """What Microsoft's schema says against a task.json; skips the test where it can't be asked."""
    jsonschema, schema = schemas.schema(test, "tasks.schema.json")
    return [f"{list(error.path)}: {error.message}" for error in jsonschema.Draft4Validator(schema).iter_errors(manifest)]


class TaskJson(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = {task: printed(task) for task in TASK_FOLDERS}
        cls.manifests = {task: json.loads(text) for task, text in cls.texts.items()}

    def test_it_fits_the_schema(self):
        for task, manifest in self.manifests.items():
            with self.subTest(task):
                self.assertEqual(errors_by_schema(self, manifest), [])

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


class AgentlessTaskJson(unittest.TestCase):
    """MlopsAmlWait@1, whose task.json is all that it has."""

    def setUp(self):
        self.manifest = json.loads((REPOSITORY / "tasks" / "MlopsAmlWaitV1" / "task.json").read_text(encoding="utf-8"))
        self.call = self.manifest["execution"]["HttpRequest"]["Execute"]

    def test_it_fits_the_schema(self):
        """But for the handler: the schema knows those of agents alone, and not HttpRequest, which Microsoft's own InvokeRESTAPI has."""
        self.assertEqual(errors_by_schema(self, {**self.manifest, "execution": {}}), [])

    def test_it_is_another_task_with_the_version_of_all(self):
        others = [json.loads((REPOSITORY / "tasks" / folder / "task.json").read_text(encoding="utf-8")) for folder in TASK_FOLDERS.values()]
        self.assertNotIn(self.manifest["id"], [other["id"] for other in others])
        self.assertEqual(self.manifest["version"], others[0]["version"], "run scripts/generate-tasks")
        self.assertLessEqual(len(self.manifest["friendlyName"]), 40)

    def test_the_handler_has_what_the_service_documents(self):
        """docs/authoring/servertaskauthoring.md of microsoft/azure-pipelines-tasks."""
        self.assertEqual(set(self.call), {"EndpointId", "EndpointUrl", "Method", "Body", "Headers", "WaitForCompletion", "Expression"})
        self.assertEqual(self.manifest["runsOn"], ["Server", "ServerGate"])
        self.assertIsInstance(json.loads(self.call["Headers"]), dict)
        used = set(re.findall(r"\$\((\w+)\)", "".join(self.call.values())))
        self.assertEqual(used, {entry["name"] for entry in self.manifest["inputs"]})

    def test_it_asks_as_the_other_tasks_do(self):
        """The same version of the API, and the same states count as an end."""
        folder = REPOSITORY / "native" / "mlops" / "aml"
        version = re.search(r'k_api_version = "([\d-]+)"', (folder / "api.hpp").read_text(encoding="utf-8"))[1]
        self.assertTrue(self.call["EndpointUrl"].endswith(f"$(jobId)?api-version={version}"))
        final = re.search(r"bool is_final\(.*?\n}", (folder / "jobs" / "run_history.cpp").read_text(encoding="utf-8"), re.DOTALL)[0]
        states = re.search(r"in\(root\['properties'\]\['status'\], ([^)]*)\)", self.call["Expression"])[1]
        self.assertEqual(sorted(re.findall(r"'(\w+)'", states)), sorted(re.findall(r'"(\w+)"', final)))
        template = (REPOSITORY / "pipeline-templates" / "jobs" / "wait.yml").read_text(encoding="utf-8")
        self.assertIn(f"/cancel?api-version={version}", template)


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    scenario.main()
