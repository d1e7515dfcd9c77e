"""The schema of the data, shared by every step and by the scoring script."""

import os

import pandas as pd

TARGET = "diagnosis"
# The order is the one of the probabilities; the last class is the positive one.
CLASSES = ["benign", "malignant"]

MEASUREMENTS = [
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave_points",
    "symmetry",
    "fractal_dimension",
]
FEATURES = (
    [f"mean_{name}" for name in MEASUREMENTS]
    + [f"{name}_error" for name in MEASUREMENTS]
    + [f"worst_{name}" for name in MEASUREMENTS]
)


class DataError(ValueError):
    """The data does not fit the schema; the message says where."""


def check_columns(names):
    """Raises DataError unless every feature is among the names and nothing else is."""
    missing = [name for name in FEATURES if name not in names]
    unknown = [name for name in names if name not in FEATURES]
    if missing:
        raise DataError(f"missing column(s): {', '.join(missing)}")
    if unknown:
        raise DataError(f"unknown column(s): {', '.join(map(str, unknown))}")


def numeric_features(frame):
    """The feature columns as finite, non-negative floats, in the order of FEATURES; raises DataError."""
    check_columns(list(frame.columns))
    try:
        features = frame[FEATURES].apply(pd.to_numeric, errors="coerce").astype(float)
    except TypeError as error:
        raise DataError(f"every feature must be a number: {error}") from error
    bad = ~((features >= 0) & (features < float("inf")))
    if bad.to_numpy().any():
        row, column = next(zip(*bad.to_numpy().nonzero()))
        value = frame[FEATURES].astype(object).iloc[row, column]
        raise DataError(f"row {row}: {FEATURES[column]} must be a number of 0 or more, got {value!r}")
    return features


def read_split(folder, name):
    """The features and the 0/1 target (1 = malignant) of a split that prepare.py wrote."""
    frame = pd.read_csv(os.path.join(folder, f"{name}.csv"))
    return frame[FEATURES], (frame[TARGET] == CLASSES[1]).astype(int)
