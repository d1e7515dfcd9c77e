"""Runs a scoring script over files as an Azure ML batch deployment does: init() once, then run() for each mini batch of
paths; what it returns goes into one file, a row for each element.

Everything stands in the environment: AML_BATCH_INPUT (file or folder), AML_BATCH_OUTPUT (folder), AML_BATCH_MODEL,
AZUREML_ENTRY_SCRIPT (in the working folder; none for an MLflow model), AML_BATCH_SIZE and the deployment's settings.
"""

import importlib.util
import logging
import os
import pathlib
import sys
import traceback

log = logging.getLogger("batch")


class MlflowModel:
    """A model in MLflow's format, which needs no script: the rows of the files go to predict()."""

    def init(self):
        from mlflow import pyfunc
        found = sorted(pathlib.Path(os.environ["AZUREML_MODEL_DIR"]).rglob("MLmodel"), key=lambda path: len(path.parts))
        if not found:
            raise FileNotFoundError("the deployment has no scoring script, and its model is not in MLflow's format")
        self._model = pyfunc.load_model(str(found[0].parent))

    def run(self, files):
        import pandas
        rows = []
        for file in files:
            frame = pandas.read_parquet(file) if file.endswith(".parquet") else pandas.read_csv(file)
            rows += [f"{row},{value},{os.path.basename(file)}" for row, value in enumerate(self._model.predict(frame))]
        return rows


def script(entry):
    path = pathlib.Path.cwd() / entry
    if not path.is_file():
        raise FileNotFoundError(f"the scoring script {entry} is not in the deployment's code")
    sys.path[:0] = [str(pathlib.Path.cwd()), str(path.parent)]
    spec = importlib.util.spec_from_file_location("entry_module", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["entry_module"] = module
    spec.loader.exec_module(module)
    for function in ("init", "run"):
        if not callable(getattr(module, function, None)):
            raise AttributeError(f"the scoring script {entry} does not have a {function}() function defined")
    return module


def files_of(place):
    if os.path.isfile(place):
        return [place]
    return sorted(str(path) for path in pathlib.Path(place).rglob("*") if path.is_file())


def lines_of(result):
    """The rows of a list, or of a data frame, as text."""
    if hasattr(result, "to_csv"):
        return result.to_csv(header=False, index=False).splitlines()
    if result is None or isinstance(result, str) or not hasattr(result, "__iter__"):
        raise TypeError(f"run() must return a list or a data frame, not {type(result).__name__}")
    return [str(row) for row in result]


def scored(model, batch, retries):
    """The rows of a mini batch; None when each try failed."""
    for attempt in range(retries + 1):
        try:
            return lines_of(model.run(batch))
        except Exception:
            log.error("run() failed at try %d of %d: %s", attempt + 1, retries + 1, traceback.format_exc())
    return None


def main():
    level = os.environ["AML_BATCH_LOGGING_LEVEL"].upper()
    logging.basicConfig(stream=sys.stdout, level=level, format="%(asctime)s %(levelname).1s [%(name)s] %(message)s")
    if os.environ.get("AML_BATCH_MODEL"):
        os.environ["AZUREML_MODEL_DIR"] = os.path.dirname(os.environ["AML_BATCH_MODEL"])
    entry = os.environ.get("AZUREML_ENTRY_SCRIPT")
    model = script(entry) if entry else MlflowModel()
    model.init()
    size, threshold = int(os.environ["AML_BATCH_SIZE"]), int(os.environ["AML_BATCH_ERROR_THRESHOLD"])
    keeps_rows = os.environ["AML_BATCH_OUTPUT_ACTION"] == "AppendRow"
    files = files_of(os.environ["AML_BATCH_INPUT"])
    rows, failed = [], 0
    for start in range(0, len(files), size):
        batch = files[start:start + size]
        lines = scored(model, batch, int(os.environ["AML_BATCH_RETRIES"]))
        log.info("mini batch %d: %d files, %s", start // size + 1, len(batch),
                 "failed" if lines is None else f"{len(lines)} rows")
        failed += len(batch) if lines is None else 0
        rows += lines or []
        if 0 <= threshold < failed:
            sys.exit(f"{failed} files failed, more than the error threshold of {threshold}")
    if files and failed == len(files):
        sys.exit("every mini batch failed")
    if keeps_rows:
        output = pathlib.Path(os.environ["AML_BATCH_OUTPUT"], os.environ["AML_BATCH_OUTPUT_FILE"])
        output.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    log.info("%d files, %d failed, %d rows", len(files), failed, len(rows))


if __name__ == "__main__":
    main()
