#!/usr/bin/env python3
"""What scripts/package refuses of an executable: files of a few headers, made here by Microsoft's, Apple's and System V's pages, each
with one thing wrong."""

import hashlib
import pathlib
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scripts" / "lib" / "portable"))

from formats import elf, mach_o, pe  # noqa: E402

LOAD, READ, WRITE, EXECUTE = 1, 4, 2, 1


def elf_file(segments, kind=2):
    """An ELF header and its program headers: (type, flags) each."""
    header = struct.pack("<4sBBBB8xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, kind, 62, 1, 0, 64, 0, 0, 64, 56, len(segments), 0, 0, 0)
    return header + b"".join(struct.pack("<IIQQQQQQ", kind, flags, 0, 0, 0, 0, 0, 0) for kind, flags in segments)


class Elf(unittest.TestCase):
    GOOD = [(LOAD, READ | EXECUTE), (elf.RELRO, READ), (elf.STACK, READ | WRITE)]

    def test_one_that_needs_nothing_is_taken(self):
        self.assertEqual(elf.inspect(elf_file(self.GOOD)), (["static", "RELRO", "NX", "no PIE"], []))
        self.assertIn("PIE", elf.inspect(elf_file(self.GOOD, kind=3))[0])

    def test_what_is_refused(self):
        for segments, fault in (([*self.GOOD, (elf.LOADER, READ)], "needs a dynamic loader"),
                                ([self.GOOD[0], self.GOOD[2]], "writes its relocated data (no RELRO)"),
                                ([*self.GOOD[:2], (elf.STACK, READ | WRITE | EXECUTE)], "has an executable stack"),
                                (self.GOOD[:2], "has an executable stack")):
            self.assertEqual(elf.inspect(elf_file(segments))[1], [fault])


def pe_file(flags, libraries):
    """The headers of a PE32+ file and a section that holds its import table."""
    address, raw = 0x1000, 0x200
    names, table = b"", b""
    first_name = address + 20 * (len(libraries) + 1)
    for library in libraries:
        table += struct.pack("<IIIII", 0, 0, 0, first_name + len(names), 0)
        names += library.encode() + b"\0"
    section = table + bytes(20) + names
    optional = bytearray(240)
    struct.pack_into("<H", optional, 0, 0x20B)
    struct.pack_into("<H", optional, 70, flags)
    struct.pack_into("<II", optional, 112 + 8, address, len(section))
    headers = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x22)
    headers += optional + struct.pack("<8sIIIIIIHHI", b".rdata", len(section), address, len(section), raw, 0, 0, 0, 0, 0)
    return headers.ljust(raw, b"\0") + section


class Pe(unittest.TestCase):
    FLAGS = 0x20 | 0x40 | 0x100
    LIBRARIES = ("KERNEL32.dll", "ntdll.dll", "api-ms-win-crt-heap-l1-1-0.dll")

    def test_one_with_base_libraries_is_taken(self):
        self.assertEqual(pe.inspect(pe_file(self.FLAGS, self.LIBRARIES)), (["high-entropy ASLR", "ASLR", "NX", "no CFG"], []))

    def test_what_is_refused(self):
        for flag, name in ((0x20, "high-entropy ASLR"), (0x40, "ASLR"), (0x100, "NX")):
            self.assertEqual(pe.inspect(pe_file(self.FLAGS & ~flag, self.LIBRARIES))[1], [f"lacks {name}"])
        self.assertEqual(pe.inspect(pe_file(self.FLAGS, [*self.LIBRARIES, "VCRUNTIME140.dll"]))[1],
                         ["needs vcruntime140.dll, which is not among the base libraries"])


def signature(code, flags):
    """An ad-hoc signature of the code: a super blob with a code directory and nothing else."""
    pages = [code[at:at + 4096] for at in range(0, len(code), 4096)]
    fixed = 44
    directory = struct.pack(">IIIIIIIIIBBBBI", mach_o.CODE_DIRECTORY, fixed + 32 * len(pages), 0x20001, flags, fixed, 0, 0, len(pages),
                            len(code), 32, mach_o.SHA_256, 0, 12, 0)
    directory += b"".join(hashlib.sha256(page).digest() for page in pages)
    return struct.pack(">IIIII", 0xFADE0CC0, 20 + len(directory), 1, 0, 20) + directory


def mach_o_file(flags=mach_o.POSITION_INDEPENDENT, library=mach_o.SYSTEM, signed_as=mach_o.AD_HOC, processor=mach_o.ARM64):
    """A header, the commands that are looked at, some code and its signature."""
    size = 8192
    name = library.encode().ljust(40, b"\0")
    commands = struct.pack("<IIIIII", mach_o.LIBRARY, 24 + len(name), 24, 0, 0, 0) + name
    commands += struct.pack("<IIIIII", mach_o.BUILD_VERSION, 24, 1, 12 << 16, 0, 0)
    commands += struct.pack("<IIII", mach_o.SIGNATURE, 16, size, 0)
    code = struct.pack("<IIIIIIII", 0xFEEDFACF, processor, 0, 2, 3, len(commands), flags, 0) + commands
    code = code.ljust(size, b"\1")
    return code + signature(code, signed_as)


class MachO(unittest.TestCase):
    def test_one_that_links_the_system_alone_is_taken(self):
        self.assertEqual(mach_o.inspect(mach_o_file()), (["PIE", "NX", "ad-hoc signature", "macOS 12.0 or later"], []))

    def test_intel_needs_no_signature(self):
        self.assertEqual(mach_o.inspect(mach_o_file(signed_as=0, processor=0x1000007)), (["PIE", "NX", "macOS 12.0 or later"], []))

    def test_what_is_refused(self):
        changed = bytearray(mach_o_file())
        changed[5000] ^= 1
        for data, fault in ((mach_o_file(flags=0), "stands at a fixed address (no PIE)"),
                            (mach_o_file(mach_o.POSITION_INDEPENDENT | mach_o.EXECUTABLE_STACK), "has an executable stack"),
                            (mach_o_file(library="/usr/lib/libcurl.4.dylib"), "needs /usr/lib/libcurl.4.dylib"),
                            (mach_o_file(signed_as=0), "has no valid signature"),
                            (bytes(changed), "has no valid signature")):
            self.assertEqual(mach_o.inspect(data)[1], [fault])


if __name__ == "__main__":
    unittest.main()
