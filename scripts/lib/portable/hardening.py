#!/usr/bin/env python3
"""Prints how each portable executable is protected; fails when one lacks a protection that its system offers to all, or
needs more of the system than every machine has.

    hardening.py BUILD PLATFORM...
"""
import pathlib
import sys

from formats import elf, mach_o, pe

FORMATS = {"linux": elf, "win": pe, "osx": mach_o}
STACK_GUARD = "-fstack-protector-strong"


def has_stack_guards(build, platform):
    """Told from how every source was compiled: the executables have no symbols."""
    rules = (build / "portable" / platform / "build.ninja").read_text(encoding="utf-8")
    flags = [line for line in rules.splitlines() if line.startswith("  FLAGS = ") and "-std=" in line]
    return bool(flags) and all(STACK_GUARD in line for line in flags)


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
