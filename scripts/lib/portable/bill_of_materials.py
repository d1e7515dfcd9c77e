#!/usr/bin/env python3
"""Prints what the executables of a package are made of, in CycloneDX 1.5.

    bill_of_materials.py VERSION
"""
import json
import pathlib
import sys

PINS = pathlib.Path(__file__).resolve().parents[3] / "third-party" / "sources.json"


def mended(library):
    """Our changes of its source, when there are any."""
    patches = sorted((PINS.parent / library["name"]).glob("*.patch"))
    changes = [{"type": "unofficial", "diff": {"text": {"content": patch.read_text(encoding="utf-8")}}} for patch in patches]
    return {"pedigree": {"patches": changes}} if changes else {}


def address(library):
    """The package URL."""
    if library.get("index") == "pypi":
        return f"pkg:pypi/{library['name']}@{library['version']}"
    return f"pkg:generic/{library['name']}@{library['version']}?checksum=sha256:{library['sha256']}"


def component(library):
    return {
        "type": "library",
        "bom-ref": f"{library['name']}@{library['version']}",
        "name": library["name"],
        "version": library["version"],
        "licenses": [{"license": {"id": library["licence"]}}],
        "hashes": [{"alg": "SHA-256", "content": library["sha256"]}],
        "purl": address(library),
        **mended(library),
    }


def runtime(pin):
    """The C and C++ run-time libraries come with the compiler."""
    return {
        "type": "library",
        "bom-ref": f"{pin['package']}@{pin['version']}",
        "name": pin["package"],
        "version": pin["version"],
        "description": "compiler; its musl (on Windows mingw-w64, on macOS none), libc++, libc++abi and libunwind are linked",
        "licenses": [{"expression": "MIT AND Apache-2.0 WITH LLVM-exception AND ZPL-2.1"}],
        "purl": f"pkg:pypi/{pin['package']}@{pin['version']}",
    }


def main(version):
    pins = json.loads(PINS.read_text(encoding="utf-8"))
    product = {"type": "application", "bom-ref": f"mlops-azure-ml@{version}", "name": "mlops-azure-ml", "version": version}
    components = [component(library) for library in pins["libraries"]] + [runtime(pins["compiler"])]
    json.dump({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": product},
        "components": components,
        "dependencies": [{"ref": product["bom-ref"], "dependsOn": [each["bom-ref"] for each in components]}],
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main(sys.argv[1])
