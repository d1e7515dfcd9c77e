"""Executables of macOS, 64 bit (Apple, mach-o/loader.h), and their signature (xnu, osfmk/kern/cs_blobs.h)."""
import hashlib
import struct

ARM64 = 0x100000C  # the processor, in the header
LIBRARY, SIGNATURE, BUILD_VERSION = 0xC, 0x1D, 0x32  # load commands
POSITION_INDEPENDENT, EXECUTABLE_STACK = 0x200000, 0x20000  # flags of the header
SYSTEM = "/usr/lib/libSystem.B.dylib"
CODE_DIRECTORY, AD_HOC, SHA_256 = 0xFADE0C02, 0x2, 2


def commands(data):
    position = 32
    for _ in range(struct.unpack_from("<I", data, 16)[0]):
        kind, size = struct.unpack_from("<II", data, position)
        yield kind & 0x7FFFFFFF, data[position:position + size]
        position += size


def library(command):
    return command[struct.unpack_from("<I", command, 8)[0]:].rstrip(b"\0").decode()


def oldest_system(command):
    number, = struct.unpack_from("<I", command, 12)
    return f"macOS {number >> 16}.{number >> 8 & 0xFF} or later"


def code_directory(data, command):
    start, = struct.unpack_from("<I", command, 8)
    for each in range(struct.unpack_from(">I", data, start + 8)[0]):
        offset, = struct.unpack_from(">I", data, start + 16 + 8 * each)
        if struct.unpack_from(">I", data, start + offset)[0] == CODE_DIRECTORY:
            return start + offset
    return None


def is_signed(data, command):
    """Whether each page of the file has the hash that the ad-hoc signature names."""
    at = code_directory(data, command)
    if at is None:
        return False
    flags, hashes, _, _, count, limit, hash_size, kind, _, page = struct.unpack_from(">IIIIIIBBBB", data, at + 12)
    if not flags & AD_HOC or kind != SHA_256 or limit != struct.unpack_from("<I", command, 8)[0]:
        return False
    size = 1 << page
    return count == -(-limit // size) and all(
        hashlib.sha256(data[each * size:min((each + 1) * size, limit)]).digest() ==
        data[at + hashes + each * hash_size:at + hashes + (each + 1) * hash_size] for each in range(count))


def inspect(data):
    found = list(commands(data))
    processor, = struct.unpack_from("<I", data, 4)
    flags, = struct.unpack_from("<I", data, 24)
    libraries = [library(command) for kind, command in found if kind == LIBRARY]
    signed = any(is_signed(data, command) for kind, command in found if kind == SIGNATURE)
    protections, faults = [], [f"needs {name}" for name in libraries if name != SYSTEM]
    for there, protection, fault in (
            (flags & POSITION_INDEPENDENT, "PIE", "stands at a fixed address (no PIE)"),
            (not flags & EXECUTABLE_STACK, "NX", "has an executable stack"),
            (signed, "ad-hoc signature", "has no valid signature" if processor == ARM64 else None)):  # Intel asks for none
        protections += [protection] if there else []
        faults += [] if there or not fault else [fault]
    protections += [oldest_system(command) for kind, command in found if kind == BUILD_VERSION]
    return protections, faults
