"""Serves a scoring script as the Azure ML inference server does: init() once, then run() for each POST /score.

Where to find things stands in the environment: AML_APP_ROOT (the code's folder), AZUREML_ENTRY_SCRIPT (in it; none for
an MLflow model), AZUREML_MODEL_DIR, AML_HOST_PORT_FILE (gets the port once requests are answered), AML_HOST_CONCURRENCY.
"""

import http.server
import importlib.util
import inspect
import json
import logging
import os
import pathlib
import sys
import threading
import time
import traceback
import types
import urllib.parse
import uuid

EXIT_USER_ERROR = 3

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname).1s [%(name)s] %(message)s")
log = logging.getLogger("azmlinfsrv")


class Response:
    """AMLResponse where the package isn't installed."""

    def __init__(self, message, status_code, response_headers=None, json_str=False, run_function_failed=False):
        as_json = json_str or message is None
        data = json.dumps({} if message is None else message) if as_json else message
        self._data = data if isinstance(data, (bytes, bytearray)) else str(data).encode()
        self.status_code = status_code
        self.headers = {"Content-Type": "application/json" if as_json else "text/html; charset=utf-8"}
        self.headers["x-ms-run-function-failed"] = str(run_function_failed)
        self.headers.update(response_headers or {})

    def get_data(self):
        return self._data


class Request:
    """What a function under @rawhttp gets where Flask isn't installed: the part of flask.Request that scripts use."""

    def __init__(self, method, path, headers, body):
        parts = urllib.parse.urlsplit(path)
        self.method, self.path, self.headers, self.data = method, parts.path, headers, body
        self.args = dict(urllib.parse.parse_qsl(parts.query))
        self.full_path = path

    def get_data(self, as_text=False):
        return self.data.decode() if as_text else self.data

    def get_json(self, force=False, silent=False):
        return json.loads(self.data)

    json = property(get_json)


def rawhttp(function):
    rawhttp.requested = True
    return function


rawhttp.requested = False


def offer_api():
    """Makes the imports of scoring scripts work that don't have the inference server's package."""
    for package, request, response in (
        ("azureml_inference_server_http.api", "aml_request", "aml_response"),
        ("azureml.contrib.services", "aml_request", "aml_response"),
    ):
        try:
            importlib.import_module(f"{package}.{request}")
            continue
        except ImportError:
            pass
        parents = package.split(".")
        for depth in range(1, len(parents) + 1):
            name = ".".join(parents[:depth])
            module = sys.modules.setdefault(name, types.ModuleType(name))
            module.__path__ = getattr(module, "__path__", [])
        for name, members in ((request, {"AMLRequest": Request, "rawhttp": rawhttp}),
                              (response, {"AMLResponse": Response})):
            module = types.ModuleType(f"{package}.{name}")
            module.__dict__.update(members)
            sys.modules[module.__name__] = module
            setattr(sys.modules[package], name, module)


def wants_raw_request():
    real = [sys.modules.get(f"{package}.aml_request") for package in
            ("azureml_inference_server_http.api", "azureml.contrib.services")]
    return rawhttp.requested or any(getattr(module, "_rawHttpRequested", False) for module in real)


def raw_request(method, path, headers, body):
    try:
        from flask import Request as FlaskRequest
        from werkzeug.test import EnvironBuilder
    except ImportError:
        return Request(method, path, headers, body)
    builder = EnvironBuilder(path=path, method=method, headers=list(headers.items()), data=body)
    return FlaskRequest(builder.get_environ())


class BadInput(Exception):
    """What the client sent can't be given to run(); the status comes first."""


class Script:
    """A scoring script."""

    def __init__(self, root, entry):
        path = pathlib.Path(root, entry)
        if not path.is_file():
            raise FileNotFoundError(f"the scoring script {entry} is not in the deployment's code")
        for folder in (str(root), str(path.parent)):
            if folder not in sys.path:
                sys.path.insert(0, folder)
        spec = importlib.util.spec_from_file_location("entry_module", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["entry_module"] = module
        spec.loader.exec_module(module)
        for function in ("init", "run"):
            if not callable(getattr(module, function, None)):
                raise AttributeError(f"the scoring script {entry} does not have a {function}() function defined")
        self.init, self._run = module.init, module.run
        self._parameters = list(inspect.signature(self._run).parameters)
        self._schema = self._has_schema()

    def _has_schema(self):
        try:
            from inference_schema.schema_util import is_schema_decorated
        except ImportError:
            return False
        return is_schema_decorated(self._run)

    def run(self, method, path, headers, body):
        arguments = {"request_headers": dict(headers.items())} if "request_headers" in self._parameters else {}
        names = [name for name in self._parameters if name != "request_headers"]
        if wants_raw_request():
            arguments[names[0]] = raw_request(method, path, headers, body)
        elif self._schema:
            arguments.update(self._by_name(body, names))
        elif method == "GET":
            arguments[names[0]] = json.dumps(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query)))
        else:
            try:
                arguments[names[0]] = str(body, "utf-8")
            except UnicodeDecodeError as error:
                raise BadInput(400, f"Input cannot be decoded as UTF-8: {error}") from None
        return self._run(**arguments)

    @staticmethod
    def _by_name(body, names):
        try:
            content = json.loads(body)
        except ValueError as error:
            raise BadInput(400, f"POST body could not be decoded as JSON: {error}") from None
        content = {name.lower(): value for name, value in content.items()} if isinstance(content, dict) else {}
        missing = [name for name in names if name.lower() not in content]
        if missing:
            raise BadInput(400, f"The following parameters are missing from the input: {', '.join(missing)}")
        return {name: content[name.lower()] for name in names}


class MlflowModel:
    """A model in MLflow's format, which needs no script: {"input_data": ..., "params": ...} goes to predict()."""

    def __init__(self, folder):
        found = sorted(pathlib.Path(folder).rglob("MLmodel"), key=lambda path: len(path.parts))
        if not found:
            raise FileNotFoundError("the deployment has no scoring script, and its model is not in MLflow's format")
        self._folder = found[0].parent
        self._model = None

    def init(self):
        from mlflow import pyfunc
        self._model = pyfunc.load_model(str(self._folder))

    def run(self, method, path, headers, body):
        try:
            content = json.loads(body)
            data = content["input_data"]
        except (ValueError, KeyError, TypeError):
            raise BadInput(400, 'The request must be JSON with a member "input_data".') from None
        params = content.get("params")
        result = self._model.predict(self._frame(data), **({"params": params} if params else {}))
        return self._plain(result)

    @staticmethod
    def _frame(data):
        import numpy
        import pandas
        if isinstance(data, dict) and "columns" in data and "data" in data:
            return pandas.DataFrame(data["data"], columns=data["columns"], index=data.get("index"))
        if isinstance(data, dict):
            return {name: numpy.array(value) for name, value in data.items()}
        return pandas.DataFrame(data)

    @staticmethod
    def _plain(result):
        if hasattr(result, "to_dict"):
            return result.to_dict(**({"orient": "records"} if getattr(result, "ndim", 1) == 2 else {}))
        return result.tolist() if hasattr(result, "tolist") else result


class Handler(http.server.BaseHTTPRequestHandler):
    """GET / says whether it lives; everything else goes to the model."""

    protocol_version = "HTTP/1.1"
    model = None
    slots = None

    def do_GET(self):
        if urllib.parse.urlsplit(self.path).path == "/":
            self._send(200, {"Content-Type": "text/html; charset=utf-8"}, b"Healthy")
        else:
            self.do_POST()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if urllib.parse.urlsplit(self.path).path != "/score":
            return self._send(404, {}, b'{"message": "The requested URL was not found on the server."}')
        began = time.perf_counter()
        headers = {}
        try:
            with self.slots:
                result = self.model.run(self.command, self.path, self.headers, body)
            if not hasattr(result, "status_code"):
                result = Response(result, 200, json_str=True)
            status, headers, data = result.status_code, dict(result.headers), result.get_data()
        except BadInput as error:
            status, data = error.args[0], json.dumps({"message": error.args[1]}).encode()
        except Exception:
            log.error("Encountered Exception: %s", traceback.format_exc())
            message = "An unexpected error occurred in scoring script. Check the logs for more info."
            status, data, headers = 500, json.dumps({"message": message}).encode(), {"x-ms-run-function-failed": "True"}
        milliseconds = (time.perf_counter() - began) * 1e3
        headers["x-ms-run-fn-exec-ms"] = f"{milliseconds:.3f}"
        log.info("%s %s %d %.3fms %d", self.command, self.path, status, milliseconds, len(data))
        self._send(status, headers, data)

    do_OPTIONS = do_POST

    def _send(self, status, headers, data):
        request_id = self.headers.get("x-request-id") or str(uuid.uuid4())
        self.send_response(status)
        headers.setdefault("Content-Type", "application/json")
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, str(value))
        self.send_header("x-request-id", request_id)
        self.send_header("x-ms-request-id", self.headers.get("x-ms-client-request-id") or request_id)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def load():
    root, entry = os.environ["AML_APP_ROOT"], os.environ.get("AZUREML_ENTRY_SCRIPT")
    if not entry:
        return MlflowModel(os.environ["AZUREML_MODEL_DIR"])
    sys.path[0] = root
    return Script(root, entry)


def main():
    offer_api()
    try:
        model = load()
        log.info("Invoking user's init function")
        model.init()
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        sys.exit(EXIT_USER_ERROR)
    log.info("Users's init has completed successfully")
    Handler.model = model
    Handler.slots = threading.Semaphore(int(os.environ.get("AML_HOST_CONCURRENCY") or 1))
    http.server.ThreadingHTTPServer.request_queue_size = 128
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port_file = os.environ["AML_HOST_PORT_FILE"]
    with open(port_file + ".new", "w", encoding="ascii") as file:
        file.write(str(server.server_port))
    os.replace(port_file + ".new", port_file)
    log.info("Serving at port %d", server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
