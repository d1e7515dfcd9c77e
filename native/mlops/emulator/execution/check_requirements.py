"""Prints those of the requirements in argv that this interpreter's packages don't meet, one a line."""

import importlib.metadata as metadata
import re
import sys

try:
    from packaging.requirements import Requirement
except ImportError:
    try:
        from pip._vendor.packaging.requirements import Requirement
    except ImportError:
        Requirement = None


def complaint(text):
    if Requirement is None:
        metadata.version(re.match(r"[\w.-]*", text).group())
        return None
    requirement = Requirement(text)
    if requirement.marker and not requirement.marker.evaluate():
        return None
    version = metadata.version(requirement.name)
    return None if requirement.specifier.contains(version, prereleases=True) else f"{version} is installed"


for argument in sys.argv[1:]:
    try:
        reason = complaint(argument)
    except metadata.PackageNotFoundError:
        reason = "not installed"
    except Exception as error:
        reason = f"can't be checked: {error}".splitlines()[0]
    if reason:
        print(f"{argument} ({reason})")
