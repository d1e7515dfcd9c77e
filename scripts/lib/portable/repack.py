#!/usr/bin/env python3
"""Writes a package again so that its bytes depend on its content alone: entries by name, one date, and the smallest deflate
streams that the pinned compressor finds (4 % less than zlib's).

    repack.py VSIX
"""
import pathlib
import struct
import sys
import zipfile
import zlib

import deflate

LEVEL = 12  # the compressor's best
# Fields of a zip (PKWARE, APPNOTE.TXT, 4.3): version 2.0, made on Unix, deflated, 1 January 1980, the first date it can hold.
VERSION, UNIX, DEFLATED, MIDNIGHT, DAY, UTF_8 = 20, 3, 8, 0, 33, 0x800
READABLE_FILE = 0o100644 << 16


class Entry:
    def __init__(self, name, content, offset):
        self.name, self.offset = name.encode("utf-8"), offset
        self.packed = deflate.deflate_compress(content, LEVEL)
        self._common = struct.pack("<HHHHIIIHH", UTF_8, DEFLATED, MIDNIGHT, DAY, zlib.crc32(content), len(self.packed),
                                   len(content), len(self.name), 0)

    def local(self):
        return b"PK\x03\x04" + struct.pack("<H", VERSION) + self._common + self.name + self.packed

    def central(self):
        return (b"PK\x01\x02" + struct.pack("<HH", UNIX << 8 | VERSION, VERSION) + self._common +
                struct.pack("<HHHII", 0, 0, 0, READABLE_FILE, self.offset) + self.name)


def zipped(content):
    """The bytes of a zip of {name: bytes}."""
    body, directory = bytearray(), bytearray()
    # The list of types comes first, as the packaging convention recommends for readers of a stream.
    for name in sorted(content, key=lambda name: (name != "[Content_Types].xml", name)):
        entry = Entry(name, content[name], len(body))
        body += entry.local()
        directory += entry.central()
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(content), len(content), len(directory), len(body), 0)
    return bytes(body + directory + end)


def read(file):
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist() if not name.endswith("/")}


def main(vsix):
    content = read(vsix)
    vsix.write_bytes(zipped(content))
    if read(vsix) != content:
        sys.exit(f"error: {vsix} can't be read again.\n       Report this with the package.")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
