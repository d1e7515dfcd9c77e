#!/usr/bin/env python3
"""What the pipeline editor would offer: every data source of every task is asked of the emulator, as the service does."""

import json
import os
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

from support import scenario  # noqa: E402
from support.agent import TASK_FOLDERS  # noqa: E402
from support.places import REPOSITORY  # noqa: E402

# What the workspace is given, and so what the editor must offer.
OFFERED = {"resourceGroup": "rg-mlops", "workspace": "mlops-dev", "compute": "cpu-cluster", "modelName": "breast-cancer",
           "modelVersion": "3", "invokeEndpoint": "nightly", "invokeDeployment": "blue"}


def bindings():
    for folder in TASK_FOLDERS.values():
        manifest = json.loads((REPOSITORY / "tasks" / folder / "task.json").read_text(encoding="utf-8"))
        for binding in manifest.get("dataSourceBindings", []):
            yield folder, manifest, binding


def filled(template, values):
    return re.sub(r"\{\{\{([\w.]+)\}\}\}", lambda match: values[match[1]], template)


class DataSources(scenario.Scenario):
    def setUp(self):
        super().setUp()
        emulator = self.start_emulator()
        self.write("model.bin", "weights")
        self.assert_succeeded(self.agent.run("model-register", {
            **emulator.azure_inputs(), "modelName": "breast-cancer", "modelVersion": "3", "modelPath": "model.bin"}))
        workspace = emulator.workspace()
        workspace.ask("computes/cpu-cluster", "PUT", {"location": "westeurope", "properties": {
            "computeType": "AmlCompute", "properties": {"vmSize": "STANDARD_DS3_V2", "scaleSettings": {"maxNodeCount": 1}}}})
        workspace.ask("batchEndpoints/nightly", "PUT", {"location": "westeurope", "properties": {"authMode": "AADToken"}})
        self.workspace = workspace

    def offered(self, binding):
        """The choices: the address with its placeholders filled, the selector's items put into the template."""
        url = filled(binding["endpointUrl"], {"endpoint.url": "/", "endpoint.subscriptionId": self.workspace.subscription})
        url = re.sub(r"\$\((\w+)\)", lambda match: OFFERED[match[1]], url)
        self.assertEqual(binding["resultSelector"], "jsonpath:$.value[*]")
        items = self.workspace.ask_at(url)["value"]
        return [json.loads(filled(binding["resultTemplate"], item))["Value"] for item in items]

    def test_each_lists_what_is_there(self):
        asked = 0
        for folder, _, binding in bindings():
            if binding["target"] == "invokeDeployment":
                continue  # an endpoint without a deployment has none to offer; the list itself is asked below
            with self.subTest(f"{folder} {binding['target']}"):
                self.assertIn(OFFERED[binding["target"]], self.offered(binding))
                asked += 1
        self.assertGreater(asked, 10)

    def test_an_empty_list_is_a_list(self):
        empty = [binding for _, _, binding in bindings() if binding["target"] == "invokeDeployment"]
        self.assertEqual([self.offered(binding) for binding in empty], [[]])


class Bindings(unittest.TestCase):
    def test_each_fills_an_input_and_depends_on_inputs(self):
        for folder, manifest, binding in bindings():
            with self.subTest(f"{folder} {binding['target']}"):
                inputs = {entry["name"]: entry for entry in manifest["inputs"]}
                self.assertEqual(inputs[binding["target"]]["type"], "pickList")
                self.assertEqual(inputs[binding["target"]]["properties"]["EditableOptions"], "True")
                used = re.findall(r"\$\((\w+)\)", binding["endpointUrl"] + binding["endpointId"])
                self.assertLessEqual(set(used), set(inputs))


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    scenario.main()
