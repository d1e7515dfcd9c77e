"""Mistakes in the configuration that config-resolve is given."""

from bad_input.case import Case, full_disk, with_inputs

TASK = "config-resolve"
GOOD = {"common.yml": """
    variables:
      PROJECT: breast-cancer
      ENDPOINT_NAME: $(PROJECT)-dev
    """}
INPUTS = {"files": "common.yml"}
ENVIRONMENTS = {"infra-DEV.yml": "variables: {A: 1}", "infra-PRD.yml": "variables: {A: 2}"}
FROM_ENVIRONMENT = {"files": "infra-{environment}.yml"}
OVERLAYS = """
    variables: {A: 1}
    environments:
      DEV: {A: 2}
      PRD: {A: 3}
    """


def wrong(name, code, place, says, text):
    """Something else in the configuration file."""
    return Case(name, code, (says,), place=("common.yml", *place) if place else None, files={"common.yml": text})


CASES = [
    with_inputs("no files", "input-missing", "the input files (--files) is missing.", files=None),
    with_inputs("comments instead of files", "input-invalid", "the input files (--files) names no file.", files="# none\n\n"),
    with_inputs("a missing file", "file-missing",
                'the input files (--files) names "comon.yml", which does not exist. Correct the name; paths start at {folder}.',
                files="common.yml\ncomon.yml"),
    Case("a folder instead of a file", "file-missing", ('names "layers", which is no file.',),
         files={"layers/a.yml": "variables: {}"}, inputs={"files": "layers"}),
    with_inputs("a wildcard without a match", "file-missing", 'names "layers/*.yml", which no file matches.', files="layers/*.yml"),
    Case("an unknown environment", "environment-unknown",
         ('the environment "TEST" has no file "infra-TEST.yml".', "Environments with such a file: DEV, PRD."),
         files=ENVIRONMENTS, inputs={**FROM_ENVIRONMENT, "environment": "TEST"}),
    Case("an environment without an overlay", "environment-unknown",
         ('none of the files has values for the environment "PDR"', "Environments in the files: DEV, PRD."),
         files={"common.yml": OVERLAYS}, inputs={"environment": "PDR"}),
    Case("a file that needs the environment", "input-missing",
         ("the input environment (--environment) is missing.", 'The file "infra-{{environment}}.yml" is chosen by it.'),
         files=ENVIRONMENTS, inputs=FROM_ENVIRONMENT),
    Case("an environment that leads elsewhere", "input-invalid", ('the input environment (--environment) is "../DEV".',),
         inputs={**FROM_ENVIRONMENT, "environment": "../DEV"}),
    wrong("a line at the wrong depth", "yaml-syntax", (3, 5), "the YAML can't be read: mapping values are not allowed in this context.",
          "variables:\n  A: 1\n   B: 2\n"),
    wrong("a tab", "yaml-syntax", (2, 1), "the YAML can't be read: a tab stands where only spaces may.", "variables:\n\tA: 1\n"),
    wrong("an open quote", "yaml-syntax", (2, 6), "quote", "variables:\n  A: 'x\n"),
    wrong("an open list", "yaml-syntax", (3, 1), "the YAML can't be read", "variables:\n  A: [1, 2\n"),
    wrong("a key twice", "yaml-syntax", (4, 3), 'the key "A" stands twice in one mapping.', "variables:\n  A: 1\n  B: 2\n  A: 3\n"),
    wrong("a name twice in other letters", "variable-twice", (3, 3), 'the variable "NAME" stands twice in one block, first at common.yml:2:3.',
          "variables:\n  Name: 1\n  NAME: 2\n"),
    wrong("an unknown key", "key-unknown", (1, 1), 'unknown key "variabels" in a configuration file; did you mean "variables"?',
          "variabels:\n  A: 1\n"),
    wrong("a list at the top", "type-wrong", (1, 1), "a mapping is needed here, not a list.", "- A\n- B\n"),
    wrong("an empty file", "config-empty", None, "common.yml: the file holds no variables.", ""),
    wrong("a mapping as a value", "type-wrong", (2, 6), "the value of A must be a text, not a mapping.", "variables:\n  A: {b: 1}\n"),
    wrong("a list as a value", "type-wrong", (2, 6), "the value of A must be a text, not a list.", "variables:\n  A: [1, 2]\n"),
    wrong("a name without a value", "key-missing", (2, 3), 'the key "value" is missing.', "variables:\n- name: A\n"),
    wrong("an unknown reference", "variable-unknown", (3, 6),
          'the value of B refers to the unknown variable "PROJCT"; did you mean "PROJECT"?', "variables:\n  PROJECT: a\n  B: $(PROJCT)-x\n"),
    wrong("a circle", "variable-circle", (2, 6), "A (common.yml:2:6) → B (common.yml:3:6) → C (common.yml:4:6) → A.",
          "variables:\n  A: $(B)\n  B: $(C)\n  C: x$(A)\n"),
    wrong("a variable that refers to itself", "variable-circle", (2, 6), "A (common.yml:2:6) → A.", "variables:\n  A: x$(A)\n"),
    wrong("bytes that are no UTF-8", "yaml-syntax", (2, 6), "the file holds a byte that is not UTF-8.", b"variables:\n  A: \xff\xfe\n"),
    wrong("a name with a command's characters", "variable-name", (2, 3), '"A B;C]" can\'t be set as a variable',
          "variables:\n  'A B;C]': 1\n"),
    with_inputs("required variables that are missing", "required-missing",
                "2 required variables are without a value: RESOURCE_GROUP (not defined), WORKSPACE (not defined).",
                required="PROJECT\nRESOURCE_GROUP\nWORKSPACE"),
    with_inputs("a secret that is no variable", "secret-unknown", 'the secret variable "PASSWORD" is not in the configuration.',
                secrets="PASSWORD"),
    with_inputs("an override without a value", "input-invalid",
                'the input overrides (--overrides) has the line "PROJECT". Write name=value', overrides="PROJECT"),
    with_inputs("an override twice", "input-invalid", 'the input overrides (--overrides) gives "PROJECT" twice.',
                overrides="PROJECT=a\nPROJECT=b"),
    with_inputs("a boolean that is none", "input-invalid",
                'the input setVariables (--set-variables) is "maybe". Write true or false.', setVariables="maybe"),
    Case("an unknown flag", "argument-unknown", ('unknown argument "--filez"; did you mean "--files"? See config-resolve --help.',),
         arguments=("--filez", "x"), exit_code=2),
    Case("a flag without its value", "argument-invalid", ("the option --files needs a value.", "See config-resolve --help."), arguments=("--files",), exit_code=2),
    with_inputs("an output file where none can be", "file-unwritable",
                "common.yml/out.json: can't write the file: Not a directory.", outputFile="common.yml/out.json"),
    Case("a full disk", "file-unwritable", ("full/out.json: can't write the file: No space left on device.",),
         inputs={"outputFile": "full/out.json"}, prefix=full_disk()),
]
