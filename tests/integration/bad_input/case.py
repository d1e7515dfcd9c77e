"""A row of the table of mistakes: what is given to a task, and what it must say."""

import shutil
import subprocess
import sys
import unittest
from dataclasses import dataclass, field
from typing import Callable, Optional


@dataclass(frozen=True)
class Case:
    name: str
    code: str  # of the one error
    says: tuple  # texts in the error's message, {folder} standing for the task's folder: the value, the hint
    place: Optional[tuple] = None  # (file, line, column): in the message and as the command's properties
    files: dict = field(default_factory=dict)  # name: text, beside or instead of the table's good files
    inputs: dict = field(default_factory=dict)  # on top of the table's usual ones; None takes one away
    arguments: tuple = ()  # of the command line
    variables: dict = field(default_factory=dict)
    connection: Optional[Callable] = None  # changes the connection: takes and returns its variables
    exit_code: int = 1
    prefix: tuple = ()  # a program that starts the task
    emulator: tuple = ()  # arguments of an emulator of its own
    changes: bool = False  # something is made in the service before the mistake can show; otherwise nothing may be


def with_inputs(name, code, says, **inputs):
    """A row that differs in inputs alone."""
    return Case(name, code, (says,) if isinstance(says, str) else says, inputs=inputs)


FULL_DISK = """
import os, subprocess, sys
os.mkdir("full")
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", "full"], check=True)
try:
    with open("full/fill", "wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
except OSError:
    pass
os.execvp(sys.argv[1], sys.argv[1:])
"""


def full_disk():
    """A command prefix that gives a task a file system "full" in its folder without a free byte. It needs root, and ends
    with the process. (A shell would drop the connection: its variables have names with dashes.)"""
    return ("unshare", "--mount", sys.executable, "-c", FULL_DISK)


def require(case):
    """Skips a case whose prefix may not do here what it must."""
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    if case.prefix and (not shutil.which("unshare") or subprocess.run(probe, capture_output=True, check=False).returncode):
        raise unittest.SkipTest("only root may mount the full file system")
