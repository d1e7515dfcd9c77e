"""A row of the table of mistakes: what is given to a task, and what it must say."""

from dataclasses import dataclass, field
from typing import Callable, Optional


@dataclass(frozen=True)
class Case:
    name: str
    code: str  # of the one error
    says: tuple = ()  # texts that stand in the error's message: the place, the value, the hint
    files: dict = field(default_factory=dict)  # name: text, written to the task's folder before the start
    inputs: dict = field(default_factory=dict)  # on top of the task's usual ones; None takes one away
    place: Optional[tuple] = None  # (file, line, column) that the error's command carries
    arguments: tuple = ()  # of the command line
    variables: dict = field(default_factory=dict)
    secrets: dict = field(default_factory=dict)
    connection: Optional[Callable] = None  # changes the connection's variables: takes and returns a dict
    exit_code: int = 1
    before: Optional[Callable] = None  # called with the task's folder and the files already there; may skip the test
    before_start: Optional[Callable] = None  # called in the new process, for limits
    faults: tuple = ()  # of the emulator
    started: bool = False  # the job or deployment was made, and failed or was taken back: requests that change are right


def parameter(name, value):
    """A change of an authorization parameter of the connection; the JSON form of it goes, as the agent has both."""
    def change(connection):
        names = [key for key in connection if key.endswith(f"_AUTH_PARAMETER_{_id(connection)}_{name}")]
        other = {key: text for key, text in connection.items() if key != f"ENDPOINT_AUTH_{_id(connection)}"}
        return {**other, **{key: value for key in names}}
    return change


def addresses(url):
    """Resource Manager and sign-in somewhere else."""
    def change(connection):
        old = connection["MLOPS_EMULATOR_URL"]
        return {name: value.replace(old, url) if name != "MLOPS_EMULATOR_URL" else value
                for name, value in connection.items()}
    return change


def _id(connection):
    return connection["MLOPS_EMULATOR_CONNECTION"]
