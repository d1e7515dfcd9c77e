"""Runs an executable as the Azure Pipelines agent runs a task: inputs, variables and the connection in the environment,
nothing of this process's own."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

from support import commands
from support.places import REPOSITORY, binary

# All that a task gets to see of the environment of this process; the sanitizers' settings among it.
INHERITED = ("PATH", "HOME", "LANG", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")

TASK_FOLDERS = {
    "config-resolve": "MlopsConfigResolveV1",
    "aml-submit": "MlopsAmlSubmitV1",
    "quality-gate": "MlopsQualityGateV1",
    "model-register": "MlopsModelRegisterV1",
    "deploy-aks": "MlopsDeployAksV1",
    "arm-deploy": "MlopsArmDeployV1",
}


def environment_name(name):
    return name.replace(".", "_").replace(" ", "_").upper()


def run_variables(folder, build_id="7", attempt="1"):
    """The predefined variables of one attempt of one pipeline run."""
    return {
        "Agent.Id": "1",
        "Agent.TempDirectory": str(pathlib.Path(folder) / "temp"),
        "Build.BuildId": build_id,
        "Build.BuildNumber": f"20260825.{build_id}",
        "Build.DefinitionName": "integration",
        "Build.SourceBranch": "refs/heads/main",
        "Build.SourceVersion": "0123456789abcdef0123456789abcdef01234567",
        "Build.SourcesDirectory": str(folder),
        "System.CollectionUri": "https://dev.azure.com/example/",
        "System.JobAttempt": attempt,
        "System.StageAttempt": attempt,
        "System.TeamProject": "mlops",
        "TF_BUILD": "True",
    }


def environment(folder, inputs, connection, variables, secrets=None):
    """The environment of a task in the folder; `connection` has ENDPOINT_* names, `variables` names of variables."""
    known = {**run_variables(folder), **variables}
    pathlib.Path(known["Agent.TempDirectory"]).mkdir(parents=True, exist_ok=True)
    result = {name: os.environ[name] for name in INHERITED if name in os.environ}
    result.update({environment_name(name): value for name, value in known.items()})
    result.update({f"SECRET_{environment_name(name)}": value for name, value in (secrets or {}).items()})
    result.update({f"INPUT_{environment_name(name)}": value for name, value in inputs.items()})
    result["VSTS_PUBLIC_VARIABLES"] = json.dumps(list(known))
    result["VSTS_SECRET_VARIABLES"] = json.dumps(list(secrets or {}))
    result.update(connection)
    # None stands for what the agent did not set.
    return {name: value for name, value in result.items() if value is not None}


@dataclass(frozen=True)
class Outcome:
    exit_code: int  # negative: ended by that signal
    output: str
    errors_output: str
    seconds: float

    @property
    def commands(self):
        return commands.parse_all(self.output)

    def of(self, name):
        return [command for command in self.commands if command.name == name]

    @property
    def errors(self):
        return [issue for issue in self.of("task.logissue") if issue.properties.get("type") == "error"]

    @property
    def results(self):
        return [command.properties.get("result") for command in self.of("task.complete")]

    @property
    def variables(self):
        return {command.properties["variable"]: command.data for command in self.of("task.setvariable")}

    @property
    def shown(self):
        """What a reader of the log can see: everything but the values that are announced as secrets."""
        lines = [line for line in self.output.split("\n") if not line.startswith("##vso[task.setsecret]")]
        return "\n".join(lines) + self.errors_output

    def __str__(self):
        return f"exit code {self.exit_code} after {self.seconds:.1f} s\n{self.output}{self.errors_output}"


class Running:
    """A started task. Its output is read as it comes."""

    def __init__(self, command, folder, env):
        self._began = time.monotonic()
        self._process = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, start_new_session=True)
        self._output, self._errors = bytearray(), bytearray()
        self._readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                         for pair in ((self._process.stdout, self._output), (self._process.stderr, self._errors))]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream, target):
        while block := stream.read1(65536):
            target.extend(block)

    @property
    def pid(self):
        return self._process.pid

    def wait_for(self, text, seconds=60):
        """Returns when the text was printed."""
        self._wait_for(text, self._output, seconds)

    def wait_for_error(self, text, seconds=60):
        """Returns when the text was printed on standard error."""
        self._wait_for(text, self._errors, seconds)

    def _wait_for(self, text, printed, seconds):
        end = time.monotonic() + seconds
        while text.encode() not in printed:
            if self._process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f'never printed "{text}":\n{self.finish()}')
            time.sleep(0.005)

    def send(self, number):
        self._process.send_signal(number)

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        return self.finish()

    def finish(self, seconds=120):
        """Waits for the end; a task that hangs is killed and counts as a failed test."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired as hanging:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise AssertionError(f"did not end within {seconds} s:\n{self._output.decode(errors='replace')}") from hanging
        for reader in self._readers:
            reader.join(10)
        self._process.stdout.close()
        self._process.stderr.close()
        return Outcome(self._process.returncode, self._output.decode(errors="replace"), self._errors.decode(errors="replace"),
                       time.monotonic() - self._began)


class Agent:
    """One pipeline job's folder and service connection."""

    def __init__(self, folder, connection=None, variables=None):
        self.folder = pathlib.Path(folder)
        self.connection = connection or {}
        self.variables = variables or {}

    def start(self, task, inputs, *, variables=None, secrets=None, connection=None, arguments=(), prefix=(),
              through_launcher=False):
        """`prefix` is a program that starts the task; through_launcher puts launch.js before it, as on an agent."""
        env = environment(self.folder, inputs, self.connection if connection is None else connection,
                          {**self.variables, **(variables or {})}, secrets)
        command = [str(binary(task)), *arguments]
        if through_launcher:
            env["MLOPS_TASK_BIN_DIR"] = str(binary(task).parent)
            command = [shutil.which("node"), str(self._stage(task) / "launch.js"), *arguments]
        return Running([*prefix, *command], self.folder, env)

    def run(self, task, inputs, seconds=120, **options):
        return self.start(task, inputs, **options).finish(seconds)

    def _stage(self, task):
        """The task's folder as it is installed, without executables of its own."""
        staged = self.folder / "tasks" / task
        if not staged.exists():
            shutil.copytree(REPOSITORY / "tasks" / "common", staged)
            shutil.copy(REPOSITORY / "tasks" / TASK_FOLDERS[task] / "launch.json", staged)
        return staged
