"""Cleans the raw CSV, checks it against the schema and splits it into train.csv and test.csv."""

import argparse
import json
import os
import sys

import pandas as pd
from sklearn.model_selection import train_test_split

from dataset import CLASSES, TARGET, DataError, numeric_features
from tracking import open_tracker

# Fewer rows than this cannot tell a good model from a bad one.
MINIMUM_ROWS = 100


def clean(raw):
    """The rows that can be used, with duplicates and rows with empty cells left out; raises DataError."""
    if TARGET not in raw.columns:
        raise DataError(f"missing column(s): {TARGET}")
    frame = raw.dropna().drop_duplicates().reset_index(drop=True)
    labels = frame[TARGET].astype(str).str.strip().str.lower()
    unknown = sorted(set(labels) - set(CLASSES))
    if unknown:
        raise DataError(f"{TARGET} must be one of {', '.join(CLASSES)}; got {', '.join(map(repr, unknown))}")
    features = numeric_features(frame.drop(columns=[TARGET]))
    if len(frame) < MINIMUM_ROWS:
        raise DataError(f"{len(frame)} usable rows, at least {MINIMUM_ROWS} are needed")
    if labels.nunique() < len(CLASSES):
        raise DataError(f"every row has the {TARGET} {labels.iloc[0]!r}; both classes are needed")
    return features.assign(**{TARGET: labels})


def split(frame, test_fraction, seed):
    """Train and test rows with the same share of malignant masses; the seed makes it repeatable."""
    return train_test_split(frame, test_size=test_fraction, random_state=seed, stratify=frame[TARGET])


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="the raw CSV file")
    parser.add_argument("--prepared-data", required=True, help="folder for train.csv, test.csv and summary.json")
    parser.add_argument("--test-fraction", type=float, default=0.3, help="share of the rows kept for the evaluation")
    parser.add_argument("--seed", type=int, default=20, help="seed of the split")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        raw = pd.read_csv(options.data)
        frame = clean(raw)
    except (OSError, ValueError) as error:
        sys.exit(f"prepare: {options.data}: {error}")
    train, test = split(frame, options.test_fraction, options.seed)

    os.makedirs(options.prepared_data, exist_ok=True)
    train.to_csv(os.path.join(options.prepared_data, "train.csv"), index=False)
    test.to_csv(os.path.join(options.prepared_data, "test.csv"), index=False)
    summary = {"rows": len(raw), "dropped_rows": len(raw) - len(frame), "train_rows": len(train), "test_rows": len(test)}
    with open(os.path.join(options.prepared_data, "summary.json"), "w", encoding="utf-8") as file:
        json.dump(summary, file, indent=2)
    print(f"prepare: {summary['rows']} rows read, {summary['dropped_rows']} dropped,"
          f" {summary['train_rows']} for training, {summary['test_rows']} for the evaluation")

    tracker = open_tracker()
    tracker.log_params({"seed": options.seed, "test_fraction": options.test_fraction})
    tracker.log_metrics({"dropped_rows": summary["dropped_rows"], "train_rows": summary["train_rows"],
                         "test_rows": summary["test_rows"]})


if __name__ == "__main__":
    main()
