"""Trains a logistic regression on the prepared data and writes model.joblib with its description."""

import argparse
import json
import os
import platform
import time

import joblib
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from dataset import CLASSES, FEATURES, read_split
from tracking import open_tracker

# The weak model sees only measurements that hardly tell malignant from benign.
USED_FEATURES = {"good": FEATURES, "worse": ["mean_texture", "mean_smoothness", "mean_symmetry"]}


def build_model(quality, c, max_iter, seed):
    """An untrained pipeline that takes all the features and uses those of the quality."""
    return Pipeline([
        ("select", ColumnTransformer([("scale", StandardScaler(), USED_FEATURES[quality])])),
        ("classify", LogisticRegression(C=c, max_iter=max_iter, random_state=seed)),
    ])


def describe(quality, rows):
    """What score.py and a reader need to know about the model beside it."""
    return {"classes": CLASSES, "features": FEATURES, "used_features": USED_FEATURES[quality], "quality": quality,
            "training_rows": rows, "scikit_learn": sklearn.__version__, "python": platform.python_version()}


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--training-data", required=True, help="folder with train.csv")
    parser.add_argument("--model-output", required=True, help="folder for model.joblib and model.json")
    parser.add_argument("--quality", choices=sorted(USED_FEATURES), default="good",
                        help="worse trains a deliberately weak model")
    parser.add_argument("--c", type=float, default=1.0, help="inverse strength of the regularization")
    parser.add_argument("--max-iter", type=int, default=1000, help="most iterations of the solver")
    parser.add_argument("--folds", type=int, default=5, help="folds of the cross-validation")
    parser.add_argument("--seed", type=int, default=20, help="seed of the solver")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    features, target = read_split(options.training_data, "train")
    model = build_model(options.quality, options.c, options.max_iter, options.seed)
    started = time.perf_counter()
    scores = cross_val_score(model, features, target, cv=options.folds)
    for fold, score in enumerate(scores, 1):
        print(f"train: fold {fold} of {len(scores)}: accuracy {score:.4f}", flush=True)
    model.fit(features, target)
    seconds = time.perf_counter() - started

    os.makedirs(options.model_output, exist_ok=True)
    joblib.dump(model, os.path.join(options.model_output, "model.joblib"))
    with open(os.path.join(options.model_output, "model.json"), "w", encoding="utf-8") as file:
        json.dump(describe(options.quality, len(features)), file, indent=2)
    print(f"train: {options.quality} model of {len(USED_FEATURES[options.quality])} features from {len(features)} rows"
          f" in {seconds:.2f} s, cross-validated accuracy {scores.mean():.4f}")

    tracker = open_tracker()
    tracker.log_params({"quality": options.quality, "c": options.c, "max_iter": options.max_iter,
                        "scikit_learn": sklearn.__version__})
    for fold, score in enumerate(scores):
        tracker.log_metrics({"fold_accuracy": score}, step=fold)
    tracker.log_metrics({"cross_validation_accuracy": scores.mean(), "training_seconds": seconds})


if __name__ == "__main__":
    main()
