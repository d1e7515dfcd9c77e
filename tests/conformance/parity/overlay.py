"""A copy of a folder in which what its YAML files refer to is there: examples come without their data and models.

Both sides compile the copy, so what stands in the placeholders doesn't matter, only that it is the same.
"""

import os
import pathlib
import re
import shutil

import kinds

_PATH_KEYS = {"path", "code", "conda_file", "local_path", "training_data", "model"}
_IGNORED = shutil.ignore_patterns(".git", "node_modules", "__pycache__")


def copy_with_placeholders(folder, copy):
    """Copies the folder, every missing local file or folder filled in."""
    shutil.copytree(folder, copy, symlinks=True, ignore=_IGNORED)
    for file in sorted(copy.rglob("*.y*ml")):
        document = kinds.read(file)
        if document and not file.is_symlink():
            _fill(document, file.parent, copy)


def _fill(node, folder, root):
    if isinstance(node, list):
        for child in node:
            _fill(child, folder, root)
        return
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in _PATH_KEYS and isinstance(value, str):
            _make(folder / value.removeprefix("file:"), value, node.get("type"), root)
        else:
            _fill(value, folder, root)
    code, script = node.get("code"), node.get("scoring_script")
    if isinstance(code, str) and isinstance(script, str) and "<" not in script:
        _make(folder / code / script, code, None, root)


def _make(path, written, kind, root):
    """A file where the name or the type says so, else a folder with a file. Never outside the copy."""
    local = written and not re.match(r"^(azureml|https?|wasbs?|abfss?|adl|runs|git\+\S*):|^[/$<{]|.*\n", written)
    path = pathlib.Path(os.path.normpath(path))
    if not local or path.exists() or root not in path.parents or len(written) > 200:
        return
    is_file = kind in ("uri_file",) or (path.suffix and kind not in ("uri_folder", "mltable", "mlflow_model"))
    folder = path.parent if is_file else path
    folder.mkdir(parents=True, exist_ok=True)
    if is_file:
        path.write_text("placeholder\n", encoding="utf-8")
        return
    (folder / "placeholder.txt").write_text("placeholder\n", encoding="utf-8")
    if kind == "mltable":
        (folder / "MLTable").write_text("paths:\n  - file: ./placeholder.txt\n", encoding="utf-8")


def overrides(kind, document):
    """Values that whoever runs the example gives on the command line: the same for both sides."""
    wanted = {}
    if kind.segment == "jobs":
        wanted["name"] = "parity-job"
    if "deployment" in kind.name and _is_open(document.get("endpoint_name")):
        wanted["endpoint_name"] = "parity-endpoint"
    if kind.load == "load_model_batch_deployment" and _is_open(document.get("compute")):
        wanted["compute"] = "azureml:cpu-cluster"
    if kind.segment != "jobs" and _is_open(document.get("name")):
        wanted["name"] = "parity"
    if "version" in document and _is_open(document["version"]):
        wanted["version"] = "1"
    return wanted


def _is_open(value):
    return value is None or "<" in str(value)
