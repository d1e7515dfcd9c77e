"""Logs parameters and metrics to the MLflow run of the job.

With the `mlflow` package it is used; without it the same calls go over the MLflow REST API with the standard library,
which Azure ML also serves to its jobs. Outside a job (no tracking server in the environment) they are printed.
"""

import json
import os
import ssl
import time
import urllib.error
import urllib.request

try:
    import mlflow
except ImportError:
    mlflow = None

_LOG_BATCH = "api/2.0/mlflow/runs/log-batch"
_ATTEMPTS = 4
_RETRIED_STATUSES = {408, 429, 500, 502, 503, 504}


def server_address(uri):
    """The HTTP address of a tracking URI, or None; `azureml://host/...` is `https://host/...`."""
    if uri.startswith("azureml://"):
        uri = "https://" + uri[len("azureml://"):]
    return uri.split("?")[0].rstrip("/") if uri.startswith(("http://", "https://")) else None


class PrintTracker:
    """What is used without a server."""

    def log_params(self, params):
        for name, value in params.items():
            print(f"tracking: parameter {name} = {value}")

    def log_metrics(self, metrics, step=0):
        for name, value in metrics.items():
            print(f"tracking: metric {name} = {float(value):.6g} (step {step})")


class MlflowTracker:
    """The mlflow client; it takes the server and the run from the environment."""

    def log_params(self, params):
        mlflow.log_params(params)

    def log_metrics(self, metrics, step=0):
        mlflow.log_metrics({name: float(value) for name, value in metrics.items()}, step=step)


class RestTracker:
    """The MLflow REST API. A server that cannot be reached fails the step: metrics lost in silence help nobody."""

    def __init__(self, address, run_id, token, sleep=time.sleep):
        self._url = f"{address}/{_LOG_BATCH}"
        self._run_id = run_id
        self._token = token
        self._sleep = sleep
        authorities = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
        self._tls = ssl.create_default_context(cafile=authorities) if address.startswith("https:") else None

    def log_params(self, params):
        self._post(params=[{"key": name, "value": str(value)} for name, value in params.items()])

    def log_metrics(self, metrics, step=0):
        now = int(time.time() * 1000)
        self._post(metrics=[{"key": name, "value": float(value), "timestamp": now, "step": step}
                            for name, value in metrics.items()])

    def _post(self, **items):
        body = json.dumps({"run_id": self._run_id, **items}).encode()
        for attempt in range(_ATTEMPTS):
            request = urllib.request.Request(self._url, data=body, headers={"Content-Type": "application/json"})
            if self._token:
                request.add_header("Authorization", f"Bearer {self._token}")
            try:
                with urllib.request.urlopen(request, timeout=30, context=self._tls):
                    return
            except urllib.error.HTTPError as error:
                reason = f"status {error.code}: {error.read(500).decode('utf-8', 'replace')}"
                if error.code not in _RETRIED_STATUSES:
                    break
            except OSError as error:
                reason = str(error)
            if attempt + 1 < _ATTEMPTS:
                self._sleep(2 ** attempt)
        raise RuntimeError(f"tracking: POST {self._url} failed: {reason}")


def open_tracker():
    """The tracker that fits the environment."""
    uri = os.environ.get("MLFLOW_TRACKING_URI", "")
    run_id = os.environ.get("MLFLOW_RUN_ID", "")
    if mlflow and uri:
        return MlflowTracker()
    address = server_address(uri)
    if address and run_id:
        return RestTracker(address, run_id, os.environ.get("MLFLOW_TRACKING_TOKEN", ""))
    return PrintTracker()
