"""ELF, 64 bit, little-endian (System V ABI, chapters 4 and 5)."""
import struct

LOADER, STACK, RELRO = 3, 0x6474E551, 0x6474E552
EXECUTABLE = 1  # of a segment's flags


def segments(data):
    start, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    return {kind: flags for kind, flags in (struct.unpack_from("<II", data, start + size * each) for each in range(count))}


def inspect(data):
    found = segments(data)
    protections, faults = [], []
    for there, protection, fault in (
            (LOADER not in found, "static", "needs a dynamic loader"),
            (RELRO in found, "RELRO", "writes its relocated data (no RELRO)"),
            (not found.get(STACK, EXECUTABLE) & EXECUTABLE, "NX", "has an executable stack")):
        protections += [protection] if there else []
        faults += [] if there else [fault]
    position_independent = struct.unpack_from("<H", data, 16)[0] == 3
    protections.append("PIE" if position_independent else "no PIE")
    return protections, faults
