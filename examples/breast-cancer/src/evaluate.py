"""Measures the model on the rows kept apart, logs the metrics and writes metrics.json."""

import argparse
import json
import os

import joblib
from sklearn import metrics

from dataset import read_split
from tracking import open_tracker


def measure(target, predicted, probability):
    """The metrics by name; `probability` is the one of the positive class, malignant."""
    return {
        "accuracy": metrics.accuracy_score(target, predicted),
        "precision": metrics.precision_score(target, predicted, zero_division=0),
        "recall": metrics.recall_score(target, predicted, zero_division=0),
        "f1": metrics.f1_score(target, predicted, zero_division=0),
        "roc_auc": metrics.roc_auc_score(target, probability),
        "log_loss": metrics.log_loss(target, probability, labels=[0, 1]),
    }


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="folder with model.joblib")
    parser.add_argument("--test-data", required=True, help="folder with test.csv")
    parser.add_argument("--metrics-output", required=True, help="folder for metrics.json")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    features, target = read_split(options.test_data, "test")
    model = joblib.load(os.path.join(options.model, "model.joblib"))
    measured = measure(target, model.predict(features), model.predict_proba(features)[:, 1])
    measured = {name: round(float(value), 6) for name, value in measured.items()}

    os.makedirs(options.metrics_output, exist_ok=True)
    with open(os.path.join(options.metrics_output, "metrics.json"), "w", encoding="utf-8") as file:
        json.dump(measured, file, indent=2)
    for name, value in measured.items():
        print(f"evaluate: {name} {value:.4f}")
    open_tracker().log_metrics(measured)


if __name__ == "__main__":
    main()
