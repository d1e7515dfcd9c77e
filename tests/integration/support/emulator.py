"""An aml-emulator on a free port with a data folder of its own, ended by its process id."""

import pathlib
import re
import shlex
import subprocess
import time

from support.azure import Workspace
from support.places import binary

# Requests that change what the service holds.
CHANGE = re.compile(r"info: (PUT|PATCH|DELETE|POST) (\S+) -> 2\d\d in \d+ ms \((?P<route>[\w-]+)\)")
# ... among the POST requests, all but those that only ask.
QUESTIONS = {"post-token", "post-list-secrets", "post-list-keys", "post-endpoint-token", "search-runs", "post-run-data",
             "resolve-data", "resolve-models", "post-score", "post-deployment-logs", "post-validate", "post-what-if"}
REQUEST = re.compile(r"info: ([A-Z]+) (\S+) -> (\d+) in \d+ ms \((?P<route>[\w-]+)\)")


def read_connection(file):
    """The KEY=value lines of connection.env."""
    variables = {}
    for line in file.read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            variables[name] = "".join(shlex.split(value))
    return variables


class Emulator:
    def __init__(self, folder, *arguments, data=None, python="/usr/bin/python3"):
        """Starts it with its data in the folder (or in `data`), which may hold those of an earlier one. It never calls
        pip."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._data = pathlib.Path(data or self.folder / "data")
        self._errors = open(self.folder / "emulator.err", "ab")
        command = [str(binary("aml-emulator")), "--data", str(self._data), "--offline", "--python", python,
                   *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors,
                                         start_new_session=True)
        line = self._process.stdout.readline().decode()
        ready = re.match(r"aml-emulator ready: (\S+) data=(.*) connection=(.*)\n", line)
        if not ready:
            self.stop()
            raise AssertionError(f"aml-emulator did not start: {line}{(self.folder / 'emulator.err').read_text()}")
        self.url = ready[1]
        self.connection_file = pathlib.Path(ready[3])
        self.connection = read_connection(self.connection_file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def id(self):
        return self.connection["MLOPS_EMULATOR_CONNECTION"]

    @property
    def secret(self):
        return self.connection[f"ENDPOINT_AUTH_PARAMETER_{self.id}_SERVICEPRINCIPALKEY"]

    def workspace(self, name="mlops-dev"):
        return Workspace(self.url, self.connection, name=name)

    def azure_inputs(self, workspace="mlops-dev"):
        return {"azureSubscription": self.id, "resourceGroup": "rg-mlops", "workspace": workspace}

    @property
    def log(self):
        file = self._data / "emulator.log"
        return file.read_text() if file.exists() else ""

    def routes(self):
        """The names of the routes that were asked, in order."""
        return [match["route"] for match in REQUEST.finditer(self.log)]

    def changes(self):
        """The requests so far that changed something, as "route path"."""
        return [f"{match['route']} {match[2].split('?')[0]}" for match in CHANGE.finditer(self.log)
                if match["route"] not in QUESTIONS]

    def wait_for(self, text, seconds=30, count=1):
        end = time.monotonic() + seconds
        while self.log.count(text) < count:
            if time.monotonic() > end:
                raise AssertionError(f'the emulator never logged "{text}":\n{self.log[-3000:]}')
            time.sleep(0.002)

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process.stdout.close()
        self._errors.close()
