"""Measures a model on fresh, labelled data and logs the metrics, so that the gate can hold them against those of its training."""

import argparse
import os
import sys

import joblib
import pandas as pd

from dataset import CLASSES, FEATURES, TARGET
from evaluate import measure
from prepare import clean
from score import find_model
from tracking import open_tracker


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="folder with model.joblib")
    parser.add_argument("--data", required=True, help="the fresh CSV file")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        frame = clean(pd.read_csv(options.data))
    except (OSError, ValueError) as error:
        sys.exit(f"measure: {os.path.basename(options.data)}: {error}")
    model = joblib.load(find_model(options.model))
    features, target = frame[FEATURES], (frame[TARGET] == CLASSES[1]).astype(int)
    measured = measure(target, model.predict(features), model.predict_proba(features)[:, 1])
    for name, value in measured.items():
        print(f"measure: {name} {value:.4f}")
    open_tracker().log_metrics({name: round(float(value), 6) for name, value in measured.items()})


if __name__ == "__main__":
    main()
