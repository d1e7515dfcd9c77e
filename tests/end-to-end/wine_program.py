#!/usr/bin/env python3
"""Runs a Windows executable with wine as if it were one of this machine: what it prints of drive Z:, the root of this
machine's files, becomes a path of this machine.

    wine_program.py EXECUTABLE [ARGUMENT...]
"""
import os
import re
import subprocess
import sys

# The loader itself: the distribution's script around it runs in a shell that drops variables whose names hold a dash,
# as those of service connections do.
LOADER = "/usr/lib/wine/wine64"


def of_this_machine(line):
    return re.sub(rb"Z:([\\/][^\s;\]\"]*)", lambda match: match[1].replace(b"\\", b"/"), line)


def main(executable, *arguments):
    environment = {**os.environ, "WINEDEBUG": "-all", "WINELOADER": LOADER}
    with subprocess.Popen([LOADER, executable, *arguments], env=environment, stdout=subprocess.PIPE) as program:
        for line in program.stdout:
            sys.stdout.buffer.write(of_this_machine(line))
            sys.stdout.buffer.flush()
    return program.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
