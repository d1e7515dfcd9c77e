"""The scoring script of the batch deployment: CSV files in, a line `file,row,prediction,probability` for each of their rows out."""

import os
import pathlib

import joblib
import pandas as pd

from dataset import CLASSES, TARGET, numeric_features
from score import find_model

_model = None


def init():
    global _model
    _model = joblib.load(find_model(os.environ["AZUREML_MODEL_DIR"]))


def predict(model, name, frame):
    """The lines of one file; the diagnosis, where it is known, is left out of what the model sees."""
    probabilities = model.predict_proba(numeric_features(frame.drop(columns=[TARGET], errors="ignore")))
    return [f"{name},{row},{CLASSES[values.argmax()]},{values[1]:.6f}" for row, values in enumerate(probabilities)]


def run(mini_batch):
    lines = []
    for file in mini_batch:
        lines += predict(_model, pathlib.Path(file).name, pd.read_csv(file))
    return lines
