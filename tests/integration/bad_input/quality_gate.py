"""Mistakes in rules, metrics and baselines of quality-gate, and models that do not pass."""

from bad_input.case import Case, full_disk, with_inputs

TASK = "quality-gate"
GOOD = {
    "rules.yml": """
        rules:
          - metric: accuracy
            min: 0.9
          - metric: log_loss
            max: 0.4
        """,
    "metrics.json": '{"accuracy": 0.95, "log_loss": 0.2}\n',
}
INPUTS = {"rulesFile": "rules.yml", "metricsFile": "metrics.json"}
BASELINE = """
    rules:
      - metric: accuracy
        baseline: {direction: higher_is_better, max_drop: 0.01}
    """


def rules(name, code, place, says, text):
    return Case(name, code, (says,), place=("rules.yml", *place) if place else None, files={"rules.yml": text})


def one_rule(name, code, place, says, condition):
    return rules(name, code, place, says, f"rules:\n  - metric: accuracy\n    {condition}\n")


def metrics(name, code, place, says, text):
    return Case(name, code, (says,), place=("metrics.json", *place) if place else None, files={"metrics.json": text})


def compared(name, code, says, baseline, place=None):
    return Case(name, code, (says,), place=place, inputs={"baselineFile": "production.json"},
                files={"rules.yml": BASELINE, **({"production.json": baseline} if baseline is not None else {})})


RULE_CASES = [
    with_inputs("no rules file", "input-missing", "the input rulesFile (--rules-file) is missing.", rulesFile=None),
    with_inputs("a missing rules file", "file-missing", 'the file "none.yml" does not exist.', rulesFile="none.yml"),
    with_inputs("a folder as the rules file", "file-unreadable", '"." is a folder, a file is needed.', rulesFile="."),
    rules("an empty file", "rules-invalid", None, 'rules.yml: a rules file is a mapping with the key "rules".', ""),
    rules("an unknown key", "key-unknown", (1, 1), 'unknown key "rule" in a rules file; did you mean "rules"?', "rule:\n- metric: a\n"),
    rules("no rule at all", "rules-invalid", (1, 1), "the file has no rules: such a gate would pass everything.", "rules: []\n"),
    rules("a mapping instead of rules", "type-wrong", (1, 17), "a mapping is needed here", "rules: {metric: a, min: 1}\n"),
    rules("a line at the wrong depth", "yaml-syntax", (3, 4), "the YAML can't be read", "rules:\n  - metric: accuracy\n   min: 0.9\n"),
    rules("an open list", "yaml-syntax", (2, 1), "the YAML can't be read", "rules: [{metric: accuracy, min: 0.9}\n"),
    rules("an open quote", "yaml-syntax", (2, 11), "quote", "rules:\n- metric: 'accuracy\n  min: 0.9\n"),
    rules("a rule without a metric", "key-missing", (2, 5), 'the key "metric" is missing.', "rules:\n  - min: 0.9\n"),
    rules("a rule without a condition", "rule-empty", (2, 5), 'the rule for "accuracy" has no condition. Give it min, max or baseline.',
          "rules:\n  - metric: accuracy\n"),
    one_rule("an unknown key of a rule", "key-unknown", (3, 5), 'unknown key "minimum" in a rule. Known keys: metric,', "minimum: 0.9"),
    one_rule("a limit that is no number", "type-wrong", (3, 10), 'a number is needed here, not the text "high".', "min: high"),
    one_rule("a limit that is not finite", "value-invalid", (3, 10), "a finite number is needed here.", "min: .nan"),
    one_rule("limits that exclude each other", "value-invalid", (3, 10), "min is greater than max", "min: 0.9\n    max: 0.1"),
    one_rule("an unknown severity", "value-invalid", (4, 15), '"fatal" is not one of warn, fail.', "min: 0.9\n    severity: fatal"),
    one_rule("an unknown direction", "value-invalid", (3, 27), '"up" is not one of higher_is_better, lower_is_better.',
             "baseline: {direction: up, max_drop: 0.1}"),
    one_rule("a negative margin", "value-invalid", (3, 55), "a margin must not be negative.",
             "baseline: {direction: higher_is_better, max_drop: -0.1}"),
    one_rule("two margins", "value-invalid", (3, 60), "max_drop and max_drop_percent exclude each other.",
             "baseline: {direction: higher_is_better, max_drop: 0.1, max_drop_percent: 1}"),
    one_rule("an unknown word for a missing baseline", "value-invalid", (3, 74), '"ignore" is not one of pass, warn, fail.',
             "baseline: {direction: higher_is_better, max_drop: 0.1, when_missing: ignore}"),
    Case("a comparison with nothing named", "input-missing", ("the inputs modelName (--model-name) and baselineFile (--baseline-file) "
         "are both empty.",), place=("rules.yml", 2, 5), files={"rules.yml": BASELINE}),
]

METRIC_CASES = [
    metrics("a model that is too bad", "gate-failed", None, "the quality gate says fail: accuracy 0.5 is below the minimum 0.9.",
            '{"accuracy": 0.5, "log_loss": 0.2}'),
    metrics("a metric that is absent", "gate-failed", None, "accuracy was not logged. Logged: log_loss.", '{"log_loss": 0.2}'),
    metrics("a metric that is null", "gate-failed", None, "accuracy is NaN, not a finite number.", '{"accuracy": null, "log_loss": 0.2}'),
    metrics("a metric that is NaN", "gate-failed", None, "accuracy is NaN, not a finite number.", '{"accuracy": NaN, "log_loss": 0.2}'),
    metrics("a metric that is infinite", "gate-failed", None, "accuracy is inf, not a finite number.", '{"accuracy": 1e999, "log_loss": 0.2}'),
    metrics("a list of metrics", "metrics-invalid", (1, 1), "a metrics file is a mapping of names to numbers.", "[0.9]"),
    metrics("broken JSON", "json-syntax", (2, 13), "the JSON can't be read", '{"accuracy": 0.95,\n "log_loss" 0.2}'),
    metrics("a metric twice", "json-syntax", (1, 20), 'the key "accuracy" stands twice', '{"accuracy": 0.95, "accuracy": 0.1, "log_loss": 0.2}'),
    metrics("an empty metrics file", "json-syntax", (1, 1), "the JSON can't be read: it ends too early.", ""),
    with_inputs("a missing metrics file", "file-missing", 'the file "none.json" does not exist.', metricsFile="none.json"),
    with_inputs("a job and a file", "input-invalid", "the input jobName (--job-name) and the input metricsFile (--metrics-file) are both set.",
                jobName="x"),
    with_inputs("nothing to judge", "input-invalid", "(--job-name) and the inputs metricsFile and dataFile are all empty.", metricsFile=None),
    with_inputs("a job without a workspace", "input-missing", "the input workspace (--workspace) is missing; the job needs it.",
                jobName="x", metricsFile=None, workspace=None),
    with_inputs("an unknown job", "not-found", '"nojob"', jobName="nojob", metricsFile=None),
]

BASELINE_CASES = [
    compared("a missing baseline file", "file-missing", 'the file "production.json" does not exist.', None),
    compared("a baseline without metrics", "metrics-invalid", "the file holds no metrics: none of its entries is a number.", "{}",
             place=("production.json", 1, 1)),
    compared("a baseline that is NaN", "gate-failed", "NaN", '{"accuracy": NaN}'),
    compared("a model that is worse than production", "gate-failed",
             "accuracy 0.95 is clearly worse than production's 0.99 (version production.json; the limit is 0.98).", '{"accuracy": 0.99}'),
    with_inputs("a tag without a value", "input-invalid", 'the input baselineTag (--baseline-tag) is "production". Write name=value',
                baselineTag="production"),
    with_inputs("a word that is none of the list", "input-invalid",
                'the input failOn (--fail-on) is "error". Legal values: fail, warn, never.', failOn="error"),
    with_inputs("a report folder where none can be", "file-unwritable", "rules.yml/report.json: can't write the file: Not a directory.",
                reportFolder="rules.yml"),
    Case("a full disk", "file-unwritable", ("full/report.json: can't write the file: No space left on device.",),
         inputs={"reportFolder": "full"}, prefix=full_disk()),
    Case("an unknown flag", "argument-unknown", ('unknown argument "--rulesfile"; did you mean "--rules-file"?',),
         arguments=("--rulesfile", "x"), exit_code=2),
]

CASES = RULE_CASES + METRIC_CASES + BASELINE_CASES
