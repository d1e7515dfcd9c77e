#!/usr/bin/env python3
"""Whatever a user gets wrong is one error with its place and what to do, a failed task, and nothing made by halves.

The rows stand in bad_input/, a module for each executable."""

import re

from bad_input import aml_submit, arm_deploy, check, config_resolve, deploy_aks, model_register, quality_gate
from support import scenario
from support.agent import TASK_FOLDERS
from support.emulator import Emulator


class Table(scenario.Scenario):
    """A test for each row of `table`; they share an emulator."""

    table = None
    emulator = None

    @classmethod
    def setUpClass(cls):
        if cls.table is None or cls.table is config_resolve:
            return
        folder = scenario.temporary_folder(cls)
        cls.emulator = Emulator(folder / "emulator")
        cls.addClassCleanup(cls.emulator.stop)
        if hasattr(cls.table, "prepare"):
            cls.table.prepare(cls.emulator, folder / "before")

    def run_case(self, case):
        before = len(self.emulator.changes()) if self.emulator else 0
        inventory = self.emulator.workspace().inventory() if self.emulator and case.changes else None
        outcome = check.run(case, self.table, self.agent.folder, self.emulator)
        check.check(self, case, outcome, self.agent.folder, [self.emulator.secret] if self.emulator else [])
        if not self.emulator:
            return
        if not case.changes:
            self.assertEqual(self.emulator.changes()[before:], [], "the service was changed")
        else:
            # A job that ran stays; everything else is as before.
            after = self.emulator.workspace().inventory()
            self.assertEqual({**after, "jobs": None}, {**inventory, "jobs": None})


def table_of(module):
    """The test class of a table: a method for each row, in the table's order."""
    methods = {f"test_{number:02}_{re.sub(r'[^a-zA-Z0-9]+', '_', case.name)}": lambda self, case=case: self.run_case(case)
               for number, case in enumerate(module.CASES, 1)}
    name = "".join(part.capitalize() for part in module.TASK.split("-"))
    return type(name, (Table,), {"table": module, **methods})


ConfigResolve = table_of(config_resolve)
AmlSubmit = table_of(aml_submit)
QualityGate = table_of(quality_gate)
ModelRegister = table_of(model_register)
DeployAks = table_of(deploy_aks)
ArmDeploy = table_of(arm_deploy)

class OutsideAPipeline(scenario.Scenario):
    """On a person's terminal an error is a sentence, and no command of an agent."""

    def test_an_error_is_for_people(self):
        outcome = self.agent.run("config-resolve", {}, variables={"TF_BUILD": None}, arguments=("--files", "none.yml"))
        self.assertEqual(outcome.exit_code, 1, outcome)
        self.assertEqual(outcome.output, 'error: the input files (--files) names "none.yml", which does not exist. '
                                         f"Correct the name; paths start at {self.agent.folder}.\n")

    def test_help_and_version_succeed(self):
        for task in TASK_FOLDERS:
            with self.subTest(task):
                shown = self.agent.run(task, {}, variables={"TF_BUILD": None}, arguments=("--help",))
                self.assertEqual((shown.exit_code, shown.errors_output), (0, ""), shown)
                self.assertIn(task, shown.output)
                version = self.agent.run(task, {}, variables={"TF_BUILD": None}, arguments=("--version",))
                self.assertRegex(version.output, rf"^{task} \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    scenario.main()
