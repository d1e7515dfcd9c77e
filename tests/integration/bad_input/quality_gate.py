"""Mistakes in rules, metrics and baselines of quality-gate."""

from bad_input.case import Case

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
INPUTS = {"rulesFile": "rules.yml", "metricsFile": "metrics.json", "azureSubscription": None}

BASELINE_RULES = """
    rules:
      - metric: accuracy
        baseline: {direction: higher_is_better, max_drop: 0.01}
    """

def rules(name, text, **expected):
    return Case(name, files={"rules.yml": text}, **expected)

def metrics(name, text, **expected):
    return Case(name, files={"metrics.json": text}, **expected)

CASES = [
    Case("no rules", code="", inputs={"rulesFile": "none.yml"}),
    Case("rules folder", code="", inputs={"rulesFile": "."}),
    Case("no rules input", code="", inputs={"rulesFile": None}),
    rules("empty file", "", code=""),
    rules("no rules key", "rule:\n- metric: a\n  min: 1\n", code=""),
    rules("empty rules", "rules: []\n", code=""),
    rules("rules no list", "rules: {metric: a, min: 1}\n", code=""),
    rules("unknown key", "rules:\n  - metric: accuracy\n    minimum: 0.9\n", code=""),
    rules("no metric", "rules:\n  - min: 0.9\n", code=""),
    rules("no condition", "rules:\n  - metric: accuracy\n", code=""),
    rules("limit no number", "rules:\n  - metric: accuracy\n    min: high\n", code=""),
    rules("limit NaN", "rules:\n  - metric: accuracy\n    min: .nan\n", code=""),
    rules("min over max", "rules:\n  - metric: accuracy\n    min: 0.9\n    max: 0.1\n", code=""),
    rules("severity", "rules:\n  - metric: accuracy\n    min: 0.9\n    severity: fatal\n", code=""),
    rules("direction", "rules:\n  - metric: accuracy\n    baseline: {direction: up, max_drop: 0.1}\n", code=""),
    rules("drop negative", "rules:\n  - metric: accuracy\n    baseline: {direction: higher_is_better, max_drop: -0.1}\n", code=""),
    rules("two drops", "rules:\n  - metric: accuracy\n    baseline: {direction: higher_is_better, max_drop: 0.1, max_drop_percent: 1}\n", code=""),
    rules("when missing", "rules:\n  - metric: accuracy\n    baseline: {direction: higher_is_better, max_drop: 0.1, when_missing: ignore}\n", code=""),
    rules("yaml", "rules:\n  - metric: accuracy\n   min: 0.9\n", code=""),
    rules("unclosed flow", "rules: [{metric: accuracy, min: 0.9}\n", code=""),
    rules("unclosed quote", "rules:\n- metric: 'accuracy\n  min: 0.9\n", code=""),
    rules("baseline rules without source", BASELINE_RULES, code=""),
    metrics("metric below", '{"accuracy": 0.5, "log_loss": 0.2}', code=""),
    metrics("metric absent", '{"log_loss": 0.2}', code=""),
    metrics("metric null", '{"accuracy": null, "log_loss": 0.2}', code=""),
    metrics("metric NaN", '{"accuracy": NaN, "log_loss": 0.2}', code=""),
    metrics("metric NaN text", '{"accuracy": "NaN", "log_loss": 0.2}', code=""),
    metrics("metric inf", '{"accuracy": 1e999, "log_loss": 0.2}', code=""),
    metrics("metrics list", '[0.9]', code=""),
    metrics("metrics json broken", '{"accuracy": 0.95,\n "log_loss" 0.2}', code=""),
    metrics("metrics json twice", '{"accuracy": 0.95, "accuracy": 0.1, "log_loss": 0.2}', code=""),
    metrics("metrics empty", '', code=""),
    Case("no metrics", code="", inputs={"metricsFile": "m.json"}),
    Case("both", code="", inputs={"jobName": "x"}),
    Case("neither", code="", inputs={"metricsFile": None}),
    Case("baseline missing", code="", files={"rules.yml": BASELINE_RULES}, inputs={"baselineFile": "b.json"}),
    Case("baseline without the metric", code="", files={"rules.yml": BASELINE_RULES, "b.json": '{"f1": 1}'}, inputs={"baselineFile": "b.json"}),
    Case("baseline no metrics", code="", files={"rules.yml": BASELINE_RULES, "b.json": '{}'}, inputs={"baselineFile": "b.json"}),
    Case("baseline NaN", code="", files={"rules.yml": BASELINE_RULES, "b.json": '{"accuracy": NaN}'}, inputs={"baselineFile": "b.json"}),
    Case("drop", code="", files={"rules.yml": BASELINE_RULES, "b.json": '{"accuracy": 0.99}'}, inputs={"baselineFile": "b.json"}),
    Case("tag", code="", inputs={"baselineTag": "production"}),
    Case("failOn", code="", inputs={"failOn": "error"}),
    Case("report folder", code="", inputs={"reportFolder": "rules.yml/x"}),
    Case("job without connection", code="", inputs={"jobName": "x", "metricsFile": None}),
    Case("unknown job", code="", inputs={"jobName": "nojob", "metricsFile": None, "azureSubscription": "11111111-2222-4333-8444-555555555555"}),
    Case("flag", code="", arguments=("--rules", "x"), exit_code=2),
]
