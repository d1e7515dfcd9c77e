#!/usr/bin/env python3
"""The logging commands of our executables, read by Microsoft's azure-pipelines-task-lib: every text comes back as it was.

The package is installed into the build folder (MLOPS_BUILD); without npm or a registry the tests are skipped."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

from support import commands, scenario  # noqa: E402
from support.places import REPOSITORY  # noqa: E402

PACKAGE = "azure-pipelines-task-lib@5.281.0"

TEXTS = {
    "PLAIN": "value",
    "EMPTY": "",
    "BLANKS": "  led and followed by blanks  ",
    "SEMICOLON": "a;b;c=d;",
    "BRACKETS": "[a] ]b[ ]]",
    "PERCENT": "100% %25 %AZP25 %3B %0A %0D %5D %%",
    "ESCAPED_TWICE": "%AZP253B %AZP250A %AZPAZP25",
    "LINES": "first\nsecond\r\nthird\n\n",
    "RETURN": "over\rwritten",
    "TAB": "a\tb",
    "COMMAND": "##vso[task.setvariable variable=EVIL]x",
    "COMMAND_INSIDE": "text ##vso[task.complete result=Succeeded;]done",
    "COMMAND_ON_A_LINE": "one\n##vso[task.setvariable variable=EVIL]x\n##[error]no",
    "HALF_A_COMMAND": "##vso[",
    "FORMAT": "##[section]title",
    "EMOJI": "🚀 ünïcödé 測試 \u200d👩‍🔬",
    "SEPARATORS": "line\u2028paragraph\u2029next\u0085end",
    "QUOTES": "\"double\" 'single' `back` \\n \\",
    "DOLLARS": "$x ${y} $$z $(not a reference) %PATH%",
    "JSON": json.dumps({"a": [1, "]", ";", "%"], "b": {"c": None}}),
    "MEGABYTE": "0123456789;]%\nabc🚀" * 60_000,
}


def library():
    """The folder with the package, installed once; skips with the reason."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise unittest.SkipTest(f"{program} is not installed")
    folder = pathlib.Path(os.environ.get("MLOPS_BUILD", REPOSITORY / "build" / "dev")) / "task-lib"
    mark = folder / PACKAGE.replace("@", "-")
    if not mark.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
        installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if installed.returncode:
            raise unittest.SkipTest(f"npm can't install {PACKAGE}: {installed.stderr.strip()[-300:]}")
        mark.touch()
    return folder


def quoted(text):
    """A double-quoted text of YAML: that of JSON, but only line ends escaped, not what lies beyond 16 bits."""
    quoted_text = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(letter):04x}" if letter in "\u0085\u2028\u2029" else letter for letter in quoted_text)


class TaskLibrary(scenario.Scenario):
    @classmethod
    def setUpClass(cls):
        cls.library = library()

    def parse(self, lines):
        parsed = subprocess.run(["node", str(HERE / "parse.js"), str(self.library)], input=json.dumps(lines).encode(),
                                capture_output=True, check=True)
        return json.loads(parsed.stdout)

    def command_lines(self, outcome):
        """The lines that are commands; no other line may look like one, wherever in it."""
        lines = [line for line in outcome.output.split("\n") if line]
        found = [line for line in lines if line.startswith("##vso[")]
        for line in lines:
            if line not in found:
                self.assertNotIn("##vso", line.lower())
                self.assertFalse(line.startswith("##[") and not line.startswith(("##[section]", "##[debug]")), line[:200])
        return found

    def resolve(self, texts, **inputs):
        """config-resolve, given the texts as variables. $( would be a reference."""
        lines = [f"  {name}: {quoted(text.replace('$(', '$$('))}" for name, text in texts.items()]
        (self.agent.folder / "texts.yml").write_text("variables:\n" + "\n".join(lines) + "\n", encoding="utf-8")
        return self.agent.run("config-resolve", {"files": "texts.yml", **inputs})

    def test_values_come_back_as_they_were(self):
        outcome = self.resolve(TEXTS)
        self.assert_succeeded(outcome)
        parsed = [command for command in self.parse(self.command_lines(outcome)) if command["command"] == "task.setvariable"]
        self.assertEqual(len(parsed), 2 * len(TEXTS), "each once as an output and once as a variable of the job")
        for command in parsed:
            name = command["properties"]["variable"]
            self.assertIn(name, TEXTS)
            self.assertTrue(command["message"] == TEXTS[name], f"{name}: {command['message'][:200]!r}")
        # The agent's own reading must not differ from the library's.
        ours = [command for command in outcome.commands if command.name == "task.setvariable"]
        self.assertEqual([(command.properties["variable"], command.data) for command in ours],
                         [(command["properties"]["variable"], command["message"]) for command in parsed])

    def test_secrets_come_back_and_are_hidden_line_by_line(self):
        secret = "first;line]%\nsecond ##vso[line\r\n  third  \n"
        outcome = self.resolve({"PASSWORD": secret, "OTHER": "open"}, secrets="PASSWORD")
        self.assert_succeeded(outcome)
        parsed = self.parse(self.command_lines(outcome))
        values = [command for command in parsed if command["properties"].get("variable") == "PASSWORD"]
        self.assertEqual([command["message"] for command in values], [secret] * 2)
        self.assertEqual({command["properties"].get("issecret") for command in values}, {"true"})
        masked = [command["message"] for command in parsed if command["command"] == "task.setsecret"]
        for line in ("first;line]%", "second ##vso[line", "third"):
            self.assertIn(line, masked)
        first = next(index for index, command in enumerate(parsed) if command["properties"].get("variable") == "PASSWORD")
        self.assertTrue(all(command["command"] == "task.setsecret" for command in parsed[:first]), "masked before it is set")

    def test_properties_come_back_as_they_were(self):
        name = "odd;na]me%25 🚀=.yml"
        (self.agent.folder / name).write_text("variables:\n  A: 1\n  A: ##vso[task.complete]2\n", encoding="utf-8")
        outcome = self.agent.run("config-resolve", {"files": name})
        self.assert_failed(outcome, name)
        issue = next(command for command in self.parse(self.command_lines(outcome)) if command["command"] == "task.logissue")
        self.assertEqual(issue["properties"], {"type": "error", "code": "yaml-syntax", "sourcepath": name, "linenumber": "3",
                                               "columnnumber": "3"})
        self.assertTrue(issue["message"].startswith(f"{name}:3:3: "), issue["message"])

    def test_texts_of_others_stay_texts(self):
        """Names and values that a user or a service wrote, in messages."""
        evil = "x##vso[task.setvariable variable=EVIL]y"
        outcome = self.agent.run("config-resolve", {"files": evil})
        self.assert_failed(outcome)
        parsed = self.parse(self.command_lines(outcome))
        self.assertEqual([command["command"] for command in parsed], ["task.logissue", "task.complete"])
        self.assertNotIn("EVIL", {command.properties.get("variable") for command in commands.parse_all(outcome.output)})


if __name__ == "__main__":
    scenario.main()
