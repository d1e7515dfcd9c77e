"""Mistakes in the configuration of config-resolve."""

from bad_input.case import Case

GOOD = {"common.yml": """
    variables:
      PROJECT: breast-cancer
      ENDPOINT_NAME: $(PROJECT)-dev
    """}
INPUTS = {"files": "common.yml"}


def wrong(name, text, **expected):
    """A file with something wrong in it, instead of the good one."""
    return Case(name, files={"common.yml": text}, **expected)


CASES = [
    Case("no files", code="", inputs={"files": None}),
    Case("files that hold comments only", code="", inputs={"files": "# nothing\n\n"}),
    Case("a missing file", code="", inputs={"files": "common.yml\ncomon.yml"}),
    Case("a folder instead of a file", code="", inputs={"files": "layers"}, files={"layers/a.yml": "variables: {}"}),
    Case("a wildcard that matches nothing", code="", inputs={"files": "layers/*.yml"}),
    Case("an environment without a file", code="", inputs={"files": "infra-{environment}.yml", "environment": "DVE"},
         files={"infra-DEV.yml": "variables: {A: 1}", "infra-PRD.yml": "variables: {A: 2}"}),
    Case("no environment, though a file asks for it", code="", inputs={"files": "infra-{environment}.yml"}),
    Case("an environment that leads elsewhere", code="", inputs={"files": "infra-{environment}.yml", "environment": "../DEV"}),
    wrong("a YAML mistake", "variables:\n  A: 1\n   B: 2\n", code=""),
    wrong("a YAML mistake: tab", "variables:\n\tA: 1\n", code=""),
    wrong("an open quote", "variables:\n  A: 'x\n", code=""),
    wrong("a key twice", "variables:\n  A: 1\n  B: 2\n  A: 3\n", code=""),
    wrong("the same name in other letters", "variables:\n  Name: 1\n  NAME: 2\n", code=""),
    wrong("an unknown key", "variabels:\n  A: 1\n", code=""),
    wrong("a list at the top", "- A\n- B\n", code=""),
    wrong("an empty file", "", code=""),
    wrong("a mapping as a value", "variables:\n  A: {b: 1}\n", code=""),
    wrong("a list as a value", "variables:\n  A: [1, 2]\n", code=""),
    wrong("a variable without a value in a list", "variables:\n- name: A\n", code=""),
    wrong("an unknown reference", "variables:\n  PROJECT: a\n  B: $(PROJCT)-x\n", code=""),
    wrong("a cycle", "variables:\n  A: $(B)\n  B: $(C)\n  C: x$(A)\n", code=""),
    wrong("a variable that refers to itself", "variables:\n  A: x$(A)\n", code=""),
    wrong("bytes that are no UTF-8", b"variables:\n  A: \xff\xfe\n", code=""),
    wrong("an illegal name", "variables:\n  'A B;C]': 1\n", code=""),
    Case("a required variable that is missing", code="", inputs={"required": "PROJECT\nRESOURCE_GROUP\nWORKSPACE"}),
    Case("an override without =", code="", inputs={"overrides": "PROJECT"}),
    Case("an override twice", code="", inputs={"overrides": "PROJECT=a\nPROJECT=b"}),
    Case("a boolean that is none", code="", inputs={"setVariables": "maybe"}),
    Case("an unknown flag", code="argument-unknown", arguments=("--filez", "x"), exit_code=2),
    Case("a flag without a value", code="", arguments=("--files",), exit_code=2),
    Case("an output file that cannot be written", code="", inputs={"outputFile": "common.yml/out.json"}),
    Case("a full disk", code="", inputs={"outputFile": "/dev/full"}),
    Case("a secret that is unknown", code="", inputs={"secrets": "PASWORD"}),
]
