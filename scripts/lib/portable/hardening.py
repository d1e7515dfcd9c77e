#!/usr/bin/env python3
"""Prints how each portable executable is protected; fails when one lacks a protection that its system offers to all, or
needs more of the system than every machine has.

    hardening.py BUILD PLATFORM...
"""
import pathlib
import sys

from formats import elf, mach_o, pe

FORMATS = {"linux": elf, "win": pe, "osx": mach_o}
# A function that guards its stack calls this one.
STACK_GUARD = b"__stack_chk_fail"


def has_stack_guards(build, platform):
    """Told from the objects that are linked: the executables have no symbols."""
    archives = [*(build / "portable" / platform).rglob("libmlops_core.a"), build / "third-party" / platform / "lib" / "libcurl.a"]
    return all(STACK_GUARD in archive.read_bytes() for archive in archives)


def main(build, *platforms):
    wrong = []
    for platform in platforms:
        guarded = has_stack_guards(build, platform)
        for file in sorted((build / "portable" / platform / "bin").iterdir()):
            protections, faults = FORMATS[platform.partition("-")[0]].inspect(file.read_bytes())
            protections += ["stack protector"] if guarded else []
            faults += [] if guarded else ["was compiled without a stack protector"]
            print(f"  {platform:<12} {file.name:<20} {', '.join(protections)}")
            wrong += [f"{platform}: {file.name} {fault}" for fault in faults]
    if wrong:
        sys.exit("error: " + ".\n       ".join(wrong) + ".")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), *sys.argv[2:])
