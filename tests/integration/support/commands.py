"""Logging commands, `##vso[area.event key=value;]data`, read as the Azure Pipelines agent reads them."""

from dataclasses import dataclass, field

PREFIX = "##vso["


def unescape(text):
    """Undoes the escaping of values and data; the last replacement is the first one that was made."""
    for escaped, plain in (("%5D", "]"), ("%0A", "\n"), ("%0D", "\r"), ("%3B", ";"), ("%AZP25", "%")):
        text = text.replace(escaped, plain)
    return text


@dataclass(frozen=True)
class Command:
    name: str  # "task.setvariable"
    properties: dict = field(default_factory=dict)  # names in lower case
    data: str = ""


def parse(line):
    """The command in a line, wherever it starts; None when there is none."""
    start = line.find(PREFIX)
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, rest = line[start + len(PREFIX):end].partition(" ")
    properties = {}
    for pair in rest.split(";"):
        key, equals, value = pair.partition("=")
        if equals and key:
            properties[key.strip().lower()] = unescape(value)
    return Command(name.lower(), properties, unescape(line[end + 1:]))


def parse_all(text):
    # Not splitlines(): a form feed or a line separator of Unicode does not end a line for the agent.
    return [command for command in map(parse, text.split("\n")) if command]
