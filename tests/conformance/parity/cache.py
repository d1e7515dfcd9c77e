"""The SDK's results of earlier runs: a result holds as long as the files that the SDK read are the same."""

import hashlib
import json
import os
import pathlib
import sys

_HERE = pathlib.Path(__file__).resolve().parent


def _hash(path):
    path = pathlib.Path(path)
    if path.is_dir():
        return hashlib.sha256("\n".join(sorted(os.listdir(path))).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _harness():
    """What makes a result besides the files: the SDK's version and the code of this side."""
    from importlib.metadata import version
    parts = [version("azure-ai-ml"), sys.version]
    parts += [_hash(_HERE / name) for name in ("world.py", "sdk_client.py", "sdk_side.py", "kinds.py")]
    return "".join(parts)


class Reads:
    """Notes the files and folders below a root that this process reads."""

    def __init__(self):
        self._root = None
        self._seen = set()
        sys.addaudithook(self._note)

    def _note(self, event, arguments):
        if self._root and event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, os.PathLike)):
            path = os.path.abspath(arguments[0])
            if path.startswith(self._root):
                self._seen.add(path)

    def of(self, root, work):
        """(what `work` returns, the paths relative to the root that it read)."""
        self._root, self._seen = str(root), set()
        try:
            return work(), sorted(os.path.relpath(path, root) for path in self._seen)
        finally:
            self._root = None


class Cache:
    def __init__(self, folder, root):
        self._folder = pathlib.Path(folder) if folder else None
        self._root = pathlib.Path(root)
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._harness = _harness()

    def _entry(self, name, key):
        text = "\n".join([name, json.dumps(key), self._harness, _hash(self._root / name)])
        return self._folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"

    def get(self, name, key):
        entry = self._entry(name, key) if self._folder else None
        if not entry or not entry.exists():
            return None
        stored = json.loads(entry.read_text(encoding="utf-8"))
        same = all(_hash(self._root / path) == digest for path, digest in stored["reads"].items())
        return stored["result"] if same else None

    def put(self, name, key, result, reads):
        if self._folder:
            stored = {"result": result, "reads": {path: _hash(self._root / path) for path in reads}}
            self._entry(name, key).write_text(json.dumps(stored), encoding="utf-8")
