"""The machines: for each a program that starts Node there."""

import os
import pathlib
import platform
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass

from agents import prerequisites
from agents.prerequisites import Missing

HERE = pathlib.Path(__file__).resolve().parent
LEAVE = "leave"  # in the work folder of a machine: ends what still runs for it


@dataclass(frozen=True)
class Place:
    """Where a machine is made: `work` is seen on it as here, `tasks` below it can't be written on it."""

    work: pathlib.Path
    tasks: pathlib.Path
    root: pathlib.Path  # the files of a machine that does not share those of this one; outside of `work`


def _program(place, root, command, *, name="node", qemu="", variables=()):
    """Writes the program that starts a command on the machine."""
    file = place.work / name
    command = shlex.join(map(str, [*variables, HERE / "enter", place.work, place.tasks, root, qemu, *command]))
    # Not sh: that of Debian drops variables whose names hold a dash, as those of service connections do.
    file.write_text(f'#!/bin/bash\nexec env {command} "$@"\n', encoding="utf-8")
    file.chmod(0o755)
    return file


def _copy(files, root):
    for source, target in files:
        copy = root / target.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)


def this_machine(place, major):
    """This machine itself, with its own Node or another."""
    return _program(place, "/", [prerequisites.node("linux-x64", major) if major else _own_node()])


def _own_node():
    node = shutil.which("node")
    if not node:
        raise Missing("node is not installed (apt-get install nodejs)")
    return pathlib.Path(node).resolve()


def minimal(place, major):
    """Node and the libraries that the loader lists for it; no shell, no /dev, no /proc, no /tmp."""
    node = prerequisites.node("linux-x64", major) if major else _own_node()
    listed = subprocess.run(["ldd", node], stdout=subprocess.PIPE, text=True, check=True).stdout
    libraries = [pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", listed)]
    _copy([(node, pathlib.Path("/bin/node")), *((library, library) for library in libraries)], place.root)
    return _program(place, place.root, ["/bin/node"])


def musl(place, major):
    """As on Alpine: musl is the only C library, and Node is built for it."""
    # Debian 12 has musl 1.2.3, which can't relocate the libraries that come with Node: 1.2.4 was the first to know DT_RELR.
    own = platform.freedesktop_os_release()
    release = "trixie" if own.get("VERSION_CODENAME") == "bookworm" else None
    loader = next(prerequisites.debian("musl", "musl", release=release).glob("**/x86_64-linux-musl/libc.so"))
    _copy([(loader, pathlib.Path("/lib/ld-musl-x86_64.so.1"))], place.root)
    node = prerequisites.node("linux-x64-musl", major)
    # Beside Node they would be found with the help of /proc alone.
    libraries = [(file, pathlib.Path("/usr/lib", file.name)) for file in node.parents[2].glob("*.libs/*")]
    _copy([(node, pathlib.Path("/bin/node")), *libraries], place.root)
    return _program(place, place.root, ["/bin/node"])


def arm64(place, major):
    """Node and glibc of linux-arm64, run by QEMU, and so is what Node starts."""
    qemu = prerequisites.debian("qemu-user-static", "qemu-user-static") / "usr/bin/qemu-aarch64-static"
    libraries = prerequisites.debian("arm64", "libc6-arm64-cross", "libstdc++6-arm64-cross", "libgcc-s1-arm64-cross",
                                     "libatomic1-arm64-cross")
    shutil.copytree(libraries / "usr/aarch64-linux-gnu/lib", place.root / "lib", symlinks=True)
    _copy([(prerequisites.node("linux-arm64", major), pathlib.Path("/bin/node"))], place.root)
    return _program(place, place.root, ["/bin/node"], qemu=qemu)


def windows(place, major):
    """Windows' Node, run by wine, and so is what Node starts."""
    wine = pathlib.Path("/usr/lib/wine")
    if not (wine / "wine64").exists():
        raise Missing("wine is not installed (apt-get install wine64)")
    node = prerequisites.node("win-x64", major)
    variables = [f"WINEPREFIX={place.root / 'wine'}"]
    _program(place, "/", [wine / "wineserver64", "--kill"], name=LEAVE, variables=variables)
    return _program(place, "/", [sys.executable, HERE / "wine_node.py", place.work, node], variables=variables)


@dataclass(frozen=True)
class Machine:
    system: str  # as Node on it names itself: process.platform and process.arch
    make: object
    majors: tuple  # of its Node: what is tried before a release, the first one otherwise; 0 is what is installed


MACHINES = {
    "linux-x64": Machine("linux-x64", this_machine, (0, 16, 18, 22, 24)),
    "minimal": Machine("linux-x64", minimal, (0,)),
    "musl": Machine("linux-x64", musl, (20, 24)),
    "linux-arm64": Machine("linux-arm64", arm64, (20, 24)),
    "win-x64": Machine("win32-x64", windows, (20,)),
}


def environment():
    """What a program of a machine gets to see of this process's environment."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def prepare(name, place, major):
    """The program that starts Node on the machine, and Node's version. Throws Missing when it can't be had here."""
    machine = MACHINES[name]
    program = machine.make(place, major)
    asked = subprocess.run([program, "-p", "`${process.platform}-${process.arch} ${process.version}`"], cwd=place.work,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                           env=environment())
    system, _, version = asked.stdout.strip().partition(" ")
    if system != machine.system:
        said = [line for line in (asked.stderr + asked.stdout).splitlines() if line.strip()] or [f"exit code {asked.returncode}"]
        raise Missing(f"Node does not start there: {said[-1]}")
    return program, version


def leave(place):
    """Ends what still runs for the machine."""
    if (place.work / LEAVE).exists():
        subprocess.run([place.work / LEAVE], cwd=place.work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False, env=environment())
