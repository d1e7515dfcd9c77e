"""Validates recorded requests (`aml-emulator --record FOLDER`) against Microsoft's resource schemas by their API version.

Usage: validate_bodies.py SCHEMAS FOLDER   SCHEMAS holds schemas/<api-version>/<provider>.json. Exit 77 without them.
"""

import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

PROVIDER = "Microsoft.MachineLearningServices"
PUBLIC = "https://schema.management.azure.com/schemas/"


def resource_of(path):
    """('workspaces/jobs', 'ws/name') of a Resource Manager path; None for an action or another provider."""
    match = re.search(rf"/providers/{re.escape(PROVIDER)}/(.+)$", path, re.IGNORECASE)
    parts = match.group(1).split("/") if match else []
    return ("/".join(parts[0::2]), "/".join(parts[1::2])) if parts and len(parts) % 2 == 0 else None


def repaired(document):
    """The published schemas forbid, in the base of a polymorphic type, every member that its derived types add
    (additionalProperties: false inside allOf), so that no job or compute could ever be valid. Here the ban moves to where
    it was meant: each derived type allows its own members and the base's, and no others. They also have no numbers:
    fractions (slackFactor, samplingRate) are called integers. And one name, FlavorData, stands for two things: a flavor
    of a model, {"data": {...}}, and its data. A literal input and a route need a letter or digit there, so that
    neither "," nor "/" could be one."""
    for definition in document["definitions"].values():
        base, *choice = definition.get("allOf", [{}])
        if not choice or base.get("additionalProperties") is not False or "oneOf" not in choice[0]:
            continue
        del base["additionalProperties"]
        for branch in choice[0]["oneOf"]:
            derived = document["definitions"][branch["allOf"][0]["$ref"].rsplit("/", 1)[1]]
            known = {**base.get("properties", {}), **derived.get("properties", {})}
            branch["allOf"].append({"properties": {name: {} for name in known}, "additionalProperties": False})
    _allow_fractions(document)
    for name, member in (("LiteralJobInput", "value"), ("Route", "path")):
        if name in document["definitions"]:
            document["definitions"][name]["properties"][member] = {"type": "string"}
    flavor = document["definitions"].get("FlavorData")
    if flavor:
        flavor["properties"].setdefault("data", {"type": "object", "additionalProperties": {"type": "string"}})
    return document


def _allow_fractions(node):
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and node.get("type") == "integer":
        node["type"] = "number"
    for child in children:
        _allow_fractions(child)


class Schemas:
    def __init__(self, folder):
        self._folder = folder
        self._documents = {}

    def document(self, version, name=PROVIDER):
        key = (version, name)
        if key not in self._documents:
            file = self._folder / "schemas" / version / f"{name}.json"
            self._documents[key] = repaired(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None
        return self._documents[key]

    def load(self, address):
        """Schemas name each other by their public address; the files stand here."""
        version, name = address.removeprefix(PUBLIC).split("#")[0].split("/")
        return self.document(version, name.removesuffix(".json"))

    def validator(self, version, kind):
        document = self.document(version)
        if document is None:
            raise LookupError(f"there is no schema of API version {version}")
        name = kind.replace("/", "_")
        if name not in document["resourceDefinitions"]:
            raise LookupError(f"API version {version} has no resource {kind}")
        resolver = jsonschema.RefResolver(document["id"], document, handlers={"https": self.load, "http": self.load})
        return jsonschema.Draft4Validator({"$ref": f"#/resourceDefinitions/{name}"}, resolver=resolver)


def problems(schemas, recorded):
    kind, name = resource_of(recorded["path"])
    body = {**recorded["body"], "type": f"{PROVIDER}/{kind}", "apiVersion": recorded["apiVersion"], "name": name.rsplit("/", 1)[-1]}
    errors = schemas.validator(recorded["apiVersion"], kind).iter_errors(body)
    leaves = [deepest(error) for error in errors]
    return [f"{'/'.join(map(str, leaf.absolute_path))}: {leaf.message[:300]}" for leaf in leaves]


def deepest(error):
    """The failure within alternatives that went furthest into the body: the alternative that was meant."""
    inner = [deepest(one) for one in error.context or []]
    inner = [one for one in inner if one.validator != "enum" and "expression" not in str(one.schema_path)] or inner
    return max([error, *inner], key=lambda one: len(one.absolute_path))


def main(schema_folder, folder):
    if not (pathlib.Path(schema_folder) / "schemas").exists():
        print(f"skipped: there are no schemas in {schema_folder}")
        return 77
    schemas = Schemas(pathlib.Path(schema_folder))
    kinds, wrong = {}, 0
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        recorded = json.loads(file.read_text(encoding="utf-8"))
        if recorded["method"] != "PUT" or resource_of(recorded["path"]) is None:
            continue
        kind = resource_of(recorded["path"])[0]
        kinds[kind] = kinds.get(kind, 0) + 1
        found = problems(schemas, recorded)
        if found:
            wrong += 1
            print(f"{file.name} ({kind}, {recorded['apiVersion']}):", *found, sep="\n  ")
    for kind, count in sorted(kinds.items()):
        print(f"{count:4} {kind}")
    print(f"{sum(kinds.values()) - wrong} of {sum(kinds.values())} bodies are valid")
    return 1 if wrong or not kinds else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
