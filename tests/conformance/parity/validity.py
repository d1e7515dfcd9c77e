"""Our documents against Microsoft's resource schemas, where those are beside the repository."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCHEMAS = HERE.parents[3] / "shared" / "specs" / "azure-resource-manager"
sys.path.insert(0, str(HERE.parent / "bodies"))

import validate_bodies  # noqa: E402  pylint: disable=wrong-import-position

# Monitors and imports are sent by a version whose schema was never published; these hold against what the SDK sends.
_WITHOUT_SCHEMA = {"2023-06-01-preview"}

_schemas = validate_bodies.Schemas(SCHEMAS) if (SCHEMAS / "schemas").exists() else None


def problems(result):
    """What the schemas don't allow in the documents of a result, with the path of each."""
    if _schemas is None or "rejected" in result:
        return []
    found = []
    for (path, body), version in zip(result["puts"], result["versions"]):
        if validate_bodies.resource_of(path) is None or version in _WITHOUT_SCHEMA:
            continue
        place = "/".join(path.split("/")[-2:])
        recorded = {"path": path, "body": body, "apiVersion": version}
        found += [f"{place} {problem}" for problem in validate_bodies.problems(_schemas, recorded)]
    return found
