#!/usr/bin/env python3
"""Writes a package again so that its bytes depend on its content alone: entries by name, one date, best compression.

    repack.py VSIX
"""
import pathlib
import sys
import zipfile

DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold


def main(vsix):
    with zipfile.ZipFile(vsix) as package:
        content = {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
    with zipfile.ZipFile(vsix, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        # The list of types comes first, as the packaging convention recommends for readers of a stream.
        for name in sorted(content, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, content[name])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
