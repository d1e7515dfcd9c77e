"""Where things are: the repository, the example, the executables under test."""

import os
import pathlib
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
EXAMPLE = REPOSITORY / "examples" / "breast-cancer"
SPECIFICATIONS = REPOSITORY.parent / "shared" / "specs"


def binaries():
    """The folder named by MLOPS_BIN, else that of the development build."""
    return pathlib.Path(os.environ.get("MLOPS_BIN") or REPOSITORY / "build" / "dev" / "bin").resolve()


def binary(name):
    """An executable; a scenario that needs one that is not built is skipped."""
    file = binaries() / name
    if not file.exists():
        raise unittest.SkipTest(f"{file} is not built")
    return file
