"""Runs a row of the table and holds what the task does against it."""

from support.agent import Agent
from support.emulator import Emulator
from support.scenario import write

from bad_input.case import require


def run(case, table, folder, emulator):
    """The outcome of the case's task in the folder; `emulator` may be None for a task that needs none."""
    require(case)
    for name, text in {**table.GOOD, **case.files}.items():
        write(folder, name, text)
    connection = dict(emulator.connection) if emulator else {}
    inputs = {**(emulator.azure_inputs() if emulator else {}), **table.INPUTS, **case.inputs}
    agent = Agent(folder, case.connection(connection) if case.connection else connection)
    return agent.run(table.TASK, inputs, variables=case.variables, arguments=case.arguments, prefix=case.prefix)


def run_with_own_emulator(case, table, folder):
    """The outcome, and what was changed in the service."""
    with Emulator(folder / "emulator", *case.emulator) as emulator:
        (folder / "job").mkdir()
        return run(case, table, folder / "job", emulator), emulator.changes()


def check(test, case, outcome, folder, secrets):
    """One error with the right code, place and texts, one result, the right exit code, and no secret anywhere."""
    test.assertEqual(outcome.exit_code, case.exit_code, outcome)
    test.assertEqual(len(outcome.errors), 1, outcome)
    test.assertEqual(outcome.results, ["Failed"], outcome)
    test.assertEqual(outcome.commands[-1].name, "task.complete", outcome)
    test.assertEqual(outcome.errors_output, "", outcome)
    error = outcome.errors[0]
    test.assertEqual(error.properties.get("code"), case.code, outcome)
    for text in case.says:
        test.assertIn(text.format(folder=folder), error.data)
    if case.place:
        file, line, column = case.place
        test.assertTrue(error.data.startswith(f"{file}:{line}:{column}: "), error.data)
        test.assertEqual(error.properties.get("sourcepath"), file)
        test.assertEqual((error.properties.get("linenumber"), error.properties.get("columnnumber")), (str(line), str(column)))
    for secret in secrets:
        test.assert_silent(outcome, secret)
