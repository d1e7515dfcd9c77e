"""Where two normal forms differ, and which of the differences are explained."""

import fnmatch
from dataclasses import dataclass

import yaml

MISSING = "(absent)"
EQUAL, EXPLAINED, DIFFERS = "equal", "explained", "differs"
SDK_REJECTS, WE_REJECT, BOTH_REJECT = "SDK rejects", "we reject", "both reject"


@dataclass(frozen=True)
class Difference:
    path: str
    ours: object
    sdk: object

    def __str__(self):
        return f"{self.path}\n    ours: {self.ours!r}\n    sdk:  {self.sdk!r}"


def differences(ours, sdk, path=""):
    """Leaf by leaf, in the order of their paths."""
    if isinstance(ours, dict) and isinstance(sdk, dict):
        found = []
        for key in sorted({*ours, *sdk}):
            below = f"{path}.{key}" if path else key
            found += differences(ours.get(key, MISSING), sdk.get(key, MISSING), below)
        return found
    if isinstance(ours, list) and isinstance(sdk, list) and len(ours) == len(sdk):
        return [one for index, pair in enumerate(zip(ours, sdk)) for one in differences(*pair, f"{path}[{index}]")]
    return [] if ours == sdk and type(ours) is type(sdk) else [Difference(path, ours, sdk)]


class Explanations:
    """The entries of explained.yml. Each has a reason and says what it covers: `path` (pattern of a difference's path)
    or `outcome`; and may narrow it by `file`, `kind` (patterns), `ours`, `sdk` (the value, or "absent"/"present"/
    "other-case") and `message` (text in the refusal)."""

    def __init__(self, file):
        self._entries = yaml.safe_load(file.read_text(encoding="utf-8"))
        self.used = set()

    def of_difference(self, difference, file, kind):
        return self._first(lambda entry: "path" in entry and _covers(entry, file, kind)
                           and any(fnmatch.fnmatchcase(difference.path, pattern) for pattern in _list(entry["path"]))
                           and _is(entry, "ours", difference.ours, difference.sdk)
                           and _is(entry, "sdk", difference.sdk, difference.ours))

    def of_refusal(self, outcome, message, file, kind):
        return self._first(lambda entry: entry.get("outcome") == outcome and _covers(entry, file, kind)
                           and entry.get("message", "") in message)

    def unused(self):
        return [entry for index, entry in enumerate(self._entries) if index not in self.used]

    def _first(self, matches):
        for index, entry in enumerate(self._entries):
            if matches(entry):
                self.used.add(index)
                return entry["reason"]
        return None


def _list(value):
    return value if isinstance(value, list) else [value]


def _covers(entry, file, kind):
    return any(fnmatch.fnmatchcase(file, pattern) for pattern in _list(entry.get("file", "*"))) and \
        any(fnmatch.fnmatchcase(kind, pattern) for pattern in _list(entry.get("kind", "*")))


def _is(entry, side, value, other):
    wanted = entry.get(side)
    if wanted is None:
        return True
    if wanted in ("absent", "present"):
        return (value == MISSING) == (wanted == "absent")
    if wanted == "other-case":
        return isinstance(value, str) and isinstance(other, str) and value.lower() == other.lower()
    return wanted == value


def judge(file, kind, ours, sdk, explanations):
    """{"outcome", "message" or "differences": [[difference, reason or None]]} of one file's two normal forms or
    refusals."""
    refusals = ("rejected" in ours, "rejected" in sdk)
    if any(refusals):
        outcome = {(True, True): BOTH_REJECT, (True, False): WE_REJECT, (False, True): SDK_REJECTS}[refusals]
        message = " | ".join(side["rejected"] for side in (ours, sdk) if "rejected" in side)
        reason = explanations.of_refusal(outcome, message, file, kind)
        return {"outcome": outcome, "message": message, "reason": reason,
                "unexplained": outcome != BOTH_REJECT and reason is None}
    found = [(one, explanations.of_difference(one, file, kind)) for one in differences(ours, sdk)]
    open_ones = [one for one, reason in found if reason is None]
    outcome = DIFFERS if open_ones else EXPLAINED if found else EQUAL
    return {"outcome": outcome, "differences": found, "unexplained": bool(open_ones)}
