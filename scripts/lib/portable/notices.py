#!/usr/bin/env python3
"""Prints the licences of everything that is linked into the executables.

    notices.py SOURCES COMPILER
"""
import json
import pathlib
import sys

PINS = pathlib.Path(__file__).resolve().parents[3] / "third-party" / "sources.json"
# Below the compiler's lib folder.
RUNTIME = {"musl": "libc/musl/COPYRIGHT", "mingw-w64 (on Windows)": "libc/mingw/COPYING",
           "libc++, libc++abi and libunwind": "libcxx/LICENSE.TXT"}


def section(title, file):
    return f"{'=' * 79}\n{title}\n{'=' * 79}\n\n{file.read_text(encoding='utf-8', errors='replace').strip()}\n"


def main(sources, compiler):
    pins = json.loads(PINS.read_text(encoding="utf-8"))
    library_folder, = compiler.glob("lib/python3*/site-packages/ziglang/lib")
    print("The executables of this extension contain the following libraries; certificates.pem is that of certifi.\n")
    for library in pins["libraries"]:
        print(section(f"{library['name']} {library['version']} ({library['licence']})",
                      sources / library["name"] / library["licenceFile"]))
    for name, place in RUNTIME.items():
        print(section(name, library_folder / place))


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
