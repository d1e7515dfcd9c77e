"""Tasks as an agent has them after it unpacked them."""

import hashlib
import json
import pathlib
import zipfile


def unpack(vsix, folder):
    """Lays out the tasks of the package as <folder>/<Name>_<id>/<version>, a .completed file beside each. As with .NET's
    ZipFile.ExtractToDirectory, and from the Marketplace, no file can be executed; here none can be written either."""
    tasks = {}
    with zipfile.ZipFile(vsix) as package:
        for entry in package.infolist():
            top, _, rest = entry.filename.partition("/")
            name, _, path = rest.partition("/")
            if top == "tasks" and path and not entry.is_dir():
                tasks.setdefault(name, {})[path] = package.read(entry)
    return [_unpack(files, folder) for files in tasks.values()]


def _unpack(files, folder):
    manifest = json.loads(files["task.json"])
    version = ".".join(str(manifest["version"][part]) for part in ("Major", "Minor", "Patch"))
    target = folder / f"{manifest['name']}_{manifest['id']}" / version
    for path, content in files.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o444)
    for place in [target, *(place for place in target.rglob("*") if place.is_dir())]:
        place.chmod(0o555)
    target.with_name(f"{version}.completed").write_text("")
    return target


def fingerprint(folder):
    """What a change of any file below the folder would change: path, mode and content."""
    files = sorted(file for file in pathlib.Path(folder).rglob("*") if file.is_file())
    return {str(file): (file.stat().st_mode, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files}


def make_removable(folder):
    for place in [folder, *(place for place in folder.rglob("*") if place.is_dir())]:
        place.chmod(0o755)
