"""The Azure ML scoring script: init() loads the model, run(raw) answers one request.

A request is `{"input_data": {"columns": [...], "data": [[...], ...]}}` or `{"data": [{"mean_radius": 17.99, ...}, ...]}`.
The answer is `{"predictions": ["malignant", ...], "probabilities": [{"benign": 0.01, "malignant": 0.99}, ...]}`.
"""

import json
import logging
import os
import pathlib
import sys

import joblib
import pandas as pd

from dataset import CLASSES, DataError, numeric_features

MODEL_FILE = "model.joblib"
MAXIMUM_ROWS = 10_000

_model = None


def find_model(folder):
    """The model file in the folder Azure ML mounts, however deep the registered path lies; raises FileNotFoundError."""
    found = sorted(pathlib.Path(folder).rglob(MODEL_FILE), key=lambda path: len(path.parts))
    if not found:
        raise FileNotFoundError(f"no {MODEL_FILE} under AZUREML_MODEL_DIR ({folder})")
    return found[0]


def init():
    global _model
    path = find_model(os.environ["AZUREML_MODEL_DIR"])
    _model = joblib.load(path)
    logging.info("model %s loaded", path)


def parse_request(raw):
    """The rows of a request as a frame of numbers; raises DataError with what is wrong with it."""
    try:
        request = json.loads(raw) if isinstance(raw, (str, bytes, bytearray)) else raw
    except ValueError as error:
        raise DataError(f"the request is not JSON: {error}") from error
    if not isinstance(request, dict) or not ("input_data" in request or "data" in request):
        raise DataError('the request must be an object with "input_data" or "data"')
    content = request.get("input_data", request.get("data"))
    frame = table(content) if isinstance(content, dict) else records(content)
    if len(frame) > MAXIMUM_ROWS:
        raise DataError(f"{len(frame)} rows in one request, at most {MAXIMUM_ROWS} are taken")
    return numeric_features(frame)


def table(content):
    """A frame from {"columns": [...], "data": [[...], ...]}."""
    columns, rows = content.get("columns"), content.get("data")
    if not isinstance(columns, list) or not isinstance(rows, list) or not rows:
        raise DataError('"input_data" must have a list "columns" and a non-empty list "data"')
    if not all(isinstance(name, str) for name in columns) or len(set(columns)) != len(columns):
        raise DataError('"columns" must be distinct names')
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(columns):
            raise DataError(f"row {number}: must be a list of {len(columns)} values")
    return pd.DataFrame(rows, columns=columns)


def records(content):
    """A frame from [{"mean_radius": 17.99, ...}, ...]."""
    if not isinstance(content, list) or not content:
        raise DataError('"data" must be a non-empty list of objects')
    for number, row in enumerate(content):
        if not isinstance(row, dict):
            raise DataError(f"row {number}: must be an object with a value for each feature")
    return pd.DataFrame(content)


def predict(features):
    """The answer to a checked request."""
    probabilities = _model.predict_proba(features)
    return {
        "predictions": [CLASSES[index] for index in probabilities.argmax(axis=1)],
        "probabilities": [dict(zip(CLASSES, (round(float(value), 6) for value in row))) for row in probabilities],
    }


def refuse(error):
    """Status 400 on the Azure ML inference server, which has a response type for it; elsewhere the error itself."""
    if "azureml_inference_server_http" not in sys.modules:
        raise error
    from azureml_inference_server_http.api.aml_response import AMLResponse
    return AMLResponse({"error": str(error)}, 400, json_str=True)


def run(raw):
    try:
        features = parse_request(raw)
    except DataError as error:
        logging.warning("refused: %s", error)
        return refuse(error)
    return predict(features)
