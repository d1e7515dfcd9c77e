#!/usr/bin/env python3
"""Runs Windows' Node with wine as if it were a program of this machine: paths below the work folder are given to it as
Windows writes them, and what it prints of drive Z:, the root of this machine's files, becomes a path of this machine.

    wine_node.py WORK NODE.EXE [ARGUMENT...]
"""
import os
import re
import subprocess
import sys
import tempfile
import time

# The loader itself: the distribution's script around it runs in a shell that drops variables whose names hold a dash,
# as those of service connections do.
LOADER = "/usr/lib/wine/wine64"


def windows_path(work, text):
    """Only a text that is one path; in a list of files or in prose the slashes stay."""
    is_path = text.startswith(work) and text[len(work):len(work) + 1] in ("", "/") and "\n" not in text
    return "Z:" + text.replace("/", "\\") if is_path else text


def path_of_this_machine(work, line):
    """Below the work folder, whose own name may hold blanks, a path ends at the first blank or at a command's own signs."""
    below = re.escape("Z:" + work).replace("/", r"[\\/]").encode()
    return re.sub(below + rb"[^\s;\]\"]*", lambda match: match[0][2:].replace(b"\\", b"/"), line)


def prepare():
    """The system that wine says it is by default is too old for Node."""
    if not os.path.exists(os.environ["WINEPREFIX"]):
        subprocess.run([LOADER, "reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def follow(process, output):
    """The lines that the process writes to the file, as they come."""
    rest = b""
    while True:
        ended = process.poll() is not None
        *lines, rest = (rest + output.read()).split(b"\n")
        yield from (line + b"\n" for line in lines)
        if ended:
            yield rest
            return
        time.sleep(0.02)


def main(work, *command):
    os.environ.update({"WINEDEBUG": "-all", "WINELOADER": LOADER, "LC_ALL": "C.UTF-8"})
    prepare()
    environment = {name: windows_path(work, value) for name, value in os.environ.items()}
    # Not a pipe: Windows' Node finds none in what wine makes of one of this system, and can't print.
    with tempfile.NamedTemporaryFile() as written, open(written.name, "ab") as target, open(written.name, "rb") as output:
        with subprocess.Popen([LOADER, *(windows_path(work, word) for word in command)], env=environment, stdout=target,
                              stderr=target) as process:
            for line in follow(process, output):
                sys.stdout.buffer.write(path_of_this_machine(work, line))
                sys.stdout.buffer.flush()
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
