#!/usr/bin/env python3
"""Brings the archives that third-party/sources.json pins and unpacks them.

    sources.py ARCHIVES UNPACKED

An archive is looked for in the folder MLOPS_SOURCES names, then in ARCHIVES, then in the source packages of the machine's
Debian mirror (a wheel: with pip); what doesn't have the pinned SHA-256 is refused. Each library ends up in UNPACKED/<name>.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

PINS = pathlib.Path(__file__).resolve().parents[3] / "third-party" / "sources.json"
# Of Boost only the headers are built with; the archive keeps those of each of its libraries apart.
BOOST_HEADER = re.compile(r"boost/libs/(?:numeric/)?[^/]+/include/(boost/.*)")


def fail(sentence, hint):
    sys.exit(f"error: {sentence}\n       {hint}")


def is_pinned(archive, library):
    return hashlib.sha256(archive.read_bytes()).hexdigest() == library["sha256"]


class Mirror:
    """The source packages of the pinned release, by the mirror that apt-get uses on this machine."""

    def __init__(self, release):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        parts = self.folder / "parts"
        for each in ("parts", "lists/partial", "cache/archives/partial"):
            (self.folder / each).mkdir(parents=True)
        for source in pathlib.Path("/etc/apt/sources.list.d").glob("*.sources"):
            text = source.read_text(encoding="utf-8")
            text = re.sub(r"(?m)^Types:.*", "Types: deb-src", text)
            text = re.sub(r"(?m)^(Suites:.*)$", lambda line: re.sub(r"\b(bookworm|trixie)\b", release, line[1]), text)
            (parts / source.name).write_text(text, encoding="utf-8")
        for source in (pathlib.Path("/etc/apt/sources.list"), *pathlib.Path("/etc/apt/sources.list.d").glob("*.list")):
            if source.is_file():
                lines = re.findall(r"(?m)^deb\s.*$", source.read_text(encoding="utf-8"))
                lines = [re.sub(r"\b(bookworm|trixie)\b", release, line.replace("deb", "deb-src", 1)) for line in lines]
                (parts / source.name).with_suffix(".list").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.options = [word for setting in (
            "Dir::Etc::sourcelist=/dev/null", f"Dir::Etc::sourceparts={parts}", f"Dir::State::lists={self.folder}/lists",
            f"Dir::Cache={self.folder}/cache", "APT::Sandbox::User=root") for word in ("-o", setting)]
        self.updated = False

    def fetch(self, library, folder):
        """Downloads the library's upstream archive into the folder; the distribution's own patches are left out."""
        if not self.updated:
            subprocess.run(["apt-get", *self.options, "-qq", "update"], check=False, stdout=sys.stderr)
            self.updated = True
        subprocess.run(["apt-get", *self.options, "-qq", "--download-only", "--tar-only", "source", library["package"]],
                       cwd=folder, check=False, stdout=sys.stderr, stderr=subprocess.PIPE)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def fetch_wheel(library, folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                    "--only-binary", ":all:", "--dest", folder, f"{library['name']}=={library['version']}"],
                   check=False, stdout=sys.stderr)


def bring(library, archives, mirror):
    given = os.environ.get("MLOPS_SOURCES")
    places = ([pathlib.Path(given)] if given else []) + [archives]
    for place in places:
        archive = place / library["archive"]
        if archive.is_file():
            if is_pinned(archive, library):
                return archive
            fail(f"{archive} is not the archive that third-party/sources.json pins.", "Remove it; its SHA-256 must be "
                 + library["sha256"] + ".")
    print(f"Fetching {library['name']} {library['version']}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=archives) as folder:
        client, fetch = ("pip", fetch_wheel) if library.get("index") == "pypi" else ("apt-get", mirror.fetch)
        fetch(library, folder)
        fetched = pathlib.Path(folder) / library["archive"]
        if not fetched.is_file():
            fail(f"the source of {library['name']} {library['version']} can't be fetched with {client} from this machine.",
                 f"Put {library['archive']} into a folder and name that in MLOPS_SOURCES.")
        if not is_pinned(fetched, library):
            fail(f"the fetched {library['archive']} is not the pinned one.", "Somebody changed it on the way, or upstream.")
        return fetched.rename(archives / library["archive"])


def place_of(name, library):
    """The member's name in the unpacked folder, or None for one that isn't needed."""
    if library["name"] == "certifi":
        return name.rpartition("/")[2] if name.endswith(("/cacert.pem", f"/{library['licenceFile']}")) else None
    if library["name"] != "boost":
        return name.partition("/")[2] or None
    header = BOOST_HEADER.fullmatch(name)
    if header:
        return header[1]
    return library["licenceFile"] if name == f"boost/{library['licenceFile']}" else None


def members(archive):
    """Name, content and whether it can be run, of each file in a tar archive or a wheel."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                yield name, (lambda name=name: wheel.read(name)), False
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile():
                yield member.name, (lambda member=member: tar.extractfile(member).read()), bool(member.mode & 0o100)


def patches_of(library):
    return sorted((PINS.parent / library["name"]).glob("*.patch"))


def mend(patches, target):
    """What is wrong in a release until the next one; each file says why."""
    for patch in patches:
        run = subprocess.run(["patch", "--quiet", "--strip=1", "--directory", target, "--input", patch],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            fail(f"{patch} does not fit the source: {run.stdout.strip()}.", "Remove it when the release holds the change.")


def unpack(archive, library, target):
    stamp, patches = target / ".sha256", patches_of(library)
    state = "\n".join([library["sha256"], *(hashlib.sha256(patch.read_bytes()).hexdigest() for patch in patches)])
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state:
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for name, read, runs in members(archive):
        place = place_of(name, library)
        if place:
            file = target / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(read())
            file.chmod(0o755 if runs else 0o644)
    mend(patches, target)
    stamp.write_text(state, encoding="utf-8")


def main(archives, unpacked):
    for folder in (archives, unpacked):
        folder.mkdir(parents=True, exist_ok=True)
    pins = json.loads(PINS.read_text(encoding="utf-8"))
    mirror = Mirror(pins["release"])
    try:
        for library in pins["libraries"]:
            unpack(bring(library, archives, mirror), library, unpacked / library["name"])
    finally:
        mirror.close()


if __name__ == "__main__":
    main(*(pathlib.Path(argument).resolve() for argument in sys.argv[1:]))
