#!/usr/bin/env python3
"""Prints what each task and the package weigh, and fails when one is too heavy.

    sizes.py STAGE VSIX
"""
import pathlib
import sys
import zlib

MOST_TASK = 6_000_000
MOST_PACKAGE = 25_000_000


def packed(folder):
    return sum(len(zlib.compress(file.read_bytes(), 9)) for file in folder.rglob("*") if file.is_file())


def platform_table(tasks):
    """A line per task: what each platform adds to it."""
    platforms = sorted({folder.name for task in tasks for folder in (task / "bin").iterdir()})
    yield "  " + " " * 24 + "".join(f"{platform:>13}" for platform in platforms)
    for task in tasks:
        yield f"  {task.name:<24}" + "".join(f"{packed(task / 'bin' / platform) / 1e6:10.2f} MB" for platform in platforms)


def main(stage, vsix):
    tasks = sorted((stage / "tasks").iterdir())
    print(*platform_table([task for task in tasks if (task / "bin").is_dir()]), sep="\n")  # not those of agentless jobs
    rows = [(task.name, packed(task), MOST_TASK) for task in tasks]
    rows.append((vsix.name, vsix.stat().st_size, MOST_PACKAGE))
    for name, size, most in rows:
        print(f"  {name:<36} {size / 1e6:6.2f} MB of at most {most / 1e6:.0f} MB")
    heavy = [name for name, size, most in rows if size > most]
    if heavy:
        sys.exit(f"error: too large: {', '.join(heavy)}.\n       Leave out what the tasks don't call, or raise the limit.")


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
