"""Microsoft's schemas, where they are at hand."""

import json

from support.places import SPECIFICATIONS


def schema(test, name):
    """The library and the parsed schema; skips the test where one of the two is missing."""
    file = SPECIFICATIONS / "azure-pipelines" / name
    if not file.exists():
        test.skipTest(f"{file} is not there")
    try:
        import jsonschema
    except ImportError:
        test.skipTest("python3-jsonschema is not installed")
    return jsonschema, json.loads(file.read_text(encoding="utf-8"))
