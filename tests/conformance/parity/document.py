"""The table of meant differences in docs/parity.md, made of explained.yml."""

import pathlib

import yaml

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parents[2] / "docs" / "parity.md"
BEGIN, END = "<!-- made of explained.yml by parity.py --document -->", "<!-- end -->"


def _cell(value):
    values = value if isinstance(value, list) else [value]
    return "<br>".join(f"`{one}`" for one in values)


def _place(entry):
    if "path" in entry:
        return _cell(entry["path"])
    return f"{entry['outcome']}: \"{entry['message']}\"" if "message" in entry else entry["outcome"]


def table():
    rows = ["| kind | where | why |", "| --- | --- | --- |"]
    for entry in yaml.safe_load((HERE / "explained.yml").read_text(encoding="utf-8")):
        kinds = ", ".join(entry["kind"]) if isinstance(entry.get("kind"), list) else entry.get("kind", "any")
        rows.append(f"| {kinds.replace('*', 'any')} | {_place(entry)} | {entry['reason']} |")
    return "\n".join(rows)


def _parts():
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    between, after = rest.split(END)
    return before, between.strip(), after


def is_current():
    return _parts()[1] == table()


def write():
    before, _, after = _parts()
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")
