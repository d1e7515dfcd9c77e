"""The frame of a scenario file: temporary folders, ends of what was started, exit code 77 when all was skipped."""

import os
import pathlib
import sys
import tempfile
import textwrap
import unittest

from support.agent import Agent
from support.emulator import Emulator

WINE = bool(os.environ.get("MLOPS_WINE"))  # the executables are Windows', run by wine
TRUSTING = "wine's TLS checks no certificate unless an authority is named"
SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def temporary_folder(test):
    """A folder that is removed after the test (or test class, for a class)."""
    temporary = tempfile.TemporaryDirectory(prefix="mlops-")
    add_cleanup = test.addClassCleanup if isinstance(test, type) else test.addCleanup
    add_cleanup(temporary.cleanup)
    return pathlib.Path(temporary.name)


def write(folder, name, text):
    """Writes a file, its folders included; text is dedented, bytes are not."""
    file = pathlib.Path(folder) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(text, bytes):
        file.write_bytes(text)
    else:
        file.write_text(textwrap.dedent(text).lstrip("\n"))
    return file


class Scenario(unittest.TestCase):
    """A test case with a folder of its own; start_emulator() gives it an emulator and an agent that is connected."""

    longMessage = True

    def setUp(self):
        self.folder = temporary_folder(self)
        self.agent = Agent(self.folder / "job")
        self.agent.folder.mkdir()

    def start_emulator(self, *arguments, **options):
        emulator = Emulator(self.folder / "emulator", *arguments, **options)
        self.addCleanup(emulator.stop)
        self.agent.connection = emulator.connection
        return emulator

    def write(self, name, text):
        return write(self.agent.folder, name, text)

    def assert_succeeded(self, outcome):
        self.assertEqual(outcome.exit_code, 0, outcome)
        self.assertEqual(outcome.results, ["Succeeded"], outcome)
        self.assertEqual(outcome.errors, [], outcome)

    def assert_failed(self, outcome, *texts):
        """Exit code, one error with the texts, one result."""
        self.assertNotEqual(outcome.exit_code, 0, outcome)
        self.assertGreater(outcome.exit_code, 0, f"ended by a signal: {outcome}")
        self.assertEqual(len(outcome.errors), 1, outcome)
        self.assertEqual(outcome.results, ["Failed"], outcome)
        for text in texts:
            self.assertIn(text, outcome.errors[0].data)

    def assert_silent(self, outcome, secret):
        """The secret is nowhere but in the command that has it masked."""
        self.assertNotIn(secret, outcome.shown)


def main():
    """Runs the file's tests; the exit code is 77, with the reasons on the last lines, when all of them were skipped."""
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    if result.wasSuccessful() and result.skipped and len(result.skipped) >= result.testsRun:
        for test, reason in result.skipped:
            print(f"skipped: {test}: {reason}")
        sys.exit(SKIPPED)
    sys.exit(0 if result.wasSuccessful() else 1)
