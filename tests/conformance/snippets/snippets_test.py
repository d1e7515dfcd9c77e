#!/usr/bin/env python3
"""Whoever copies YAML from a page gets YAML that runs: the inputs are those of our tasks, and the rest fits Microsoft's schema of
Azure Pipelines."""

import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

from support import scenario, schemas  # noqa: E402
from support.places import REPOSITORY  # noqa: E402

try:
    import snippets
except ImportError as missing:
    print(f"skipped: {missing}; install python3-yaml")
    sys.exit(scenario.SKIPPED)

TASKS = snippets.Tasks(REPOSITORY)


class Snippets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.snippets = list(snippets.all_snippets(REPOSITORY))

    def test_they_give_our_tasks_inputs_that_these_have(self):
        used = set()
        for snippet in self.snippets:
            for step in snippet.steps:
                used.add(step["task"])
                with self.subTest(snippet.place):
                    self.assertEqual(TASKS.problems(step), [])
        self.assertLessEqual(set(TASKS.names), used, "every task is shown somewhere")

    def test_they_fit_the_schema(self):
        jsonschema, schema = schemas.schema(self, "service-schema.json")
        validator = jsonschema.Draft7Validator(TASKS.added_to(schema))
        for snippet in self.snippets:
            with self.subTest(snippet.place):
                error = jsonschema.exceptions.best_match(validator.iter_errors(snippet.document))
                self.assertIsNone(error, error and f"{list(error.absolute_path)}: {error.message[:300]}")
        for mistake in ({"task": "MlopsQualityGate@1", "inptus": {}}, {"task": "MlopsQualityGate@2"}):
            self.assertFalse(validator.is_valid({"steps": [mistake]}), mistake)


class WhatIsFound(unittest.TestCase):
    """The tests above can fail."""

    PAGE = """
A list:

   ```yaml
   - task: MlopsQualityGate@1
     inputs:
       rulesFile: gate.yml
       jobNmae: x
       failOn: sometimes
   ```

```yaml
rules: []
```
"""

    def problems(self, **step):
        return TASKS.problems(step)

    def test_a_fence_in_a_list_is_read_and_other_yaml_left_out(self):
        found = list(snippets.snippets_of(self.PAGE, "page.md"))
        self.assertEqual([snippet.place for snippet in found], ["page.md:5"])
        self.assertEqual(TASKS.problems(found[0].steps[0]), [
            "MlopsQualityGate@1 has no input jobNmae", "MlopsQualityGate@1: 'sometimes' is no value of failOn"])

    def test_missing_inputs_and_unknown_tasks_are_found(self):
        self.assertEqual(self.problems(task="MlopsConfigResolve@1", inputs={"environment": "DEV"}),
                         ["MlopsConfigResolve@1 needs the input files"])
        self.assertEqual(self.problems(task="MlopsConfigResolve@9"), ["there is no task MlopsConfigResolve@9"])
        self.assertEqual(self.problems(task="Bash@3", inputs={"anything": 1}), [])

    def test_a_variable_may_stand_for_any_value(self):
        deploy = {"azureSubscription": "a", "resourceGroup": "b", "workspace": "c", "endpointFile": "d", "deploymentFile": "e"}
        self.assertEqual(self.problems(task="MlopsDeployAks@1", inputs={**deploy, "traffic": "$(share)"}), [])
        self.assertEqual(self.problems(task="MlopsDeployAks@1", inputs={**deploy, "traffic": "half", "removeOld": "maybe"}), [
            "MlopsDeployAks@1: 'half' is no value of traffic", "MlopsDeployAks@1: 'maybe' is no value of removeOld"])


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    scenario.main()
