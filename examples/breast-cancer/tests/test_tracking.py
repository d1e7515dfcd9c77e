import contextlib
import http.server
import io
import json
import os
import threading
import unittest
from unittest import mock

import support  # noqa: F401

import tracking


class Server:
    """A tracking server with memory: the requests it saw, the statuses it is to answer with (200 after the last)."""

    def __init__(self, *statuses):
        server, self.requests = self, []
        self._statuses = list(statuses)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append((self.path, self.headers.get("Authorization"), body))
                self.send_response(server._statuses.pop(0) if server._statuses else 200)
                self.end_headers()
                self.wfile.write(b'{"message": "as told"}')

            def log_message(self, *_):
                pass

        self._server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Address(unittest.TestCase):
    def test_follows_the_scheme(self):
        self.assertEqual(tracking.server_address("http://host:1/mlflow/"), "http://host:1/mlflow")
        self.assertEqual(tracking.server_address("azureml://westeurope.api.example/mlflow/v1.0/subscriptions/1?"),
                         "https://westeurope.api.example/mlflow/v1.0/subscriptions/1")
        self.assertIsNone(tracking.server_address("file:///tmp/runs"))
        self.assertIsNone(tracking.server_address(""))


class Rest(unittest.TestCase):
    def setUp(self):
        self.sleeps = []

    def tracker(self, server, token="secret"):
        return tracking.RestTracker(f"{server.address}/mlflow", "run-1", token, self.sleeps.append)

    def test_posts_a_batch_of_metrics(self):
        with Server() as server:
            self.tracker(server).log_metrics({"accuracy": 0.5, "rows": 3}, step=2)
        path, authorization, body = server.requests[0]
        self.assertEqual(path, "/mlflow/api/2.0/mlflow/runs/log-batch")
        self.assertEqual(authorization, "Bearer secret")
        self.assertEqual(body["run_id"], "run-1")
        self.assertEqual([(metric["key"], metric["value"], metric["step"]) for metric in body["metrics"]],
                         [("accuracy", 0.5, 2), ("rows", 3.0, 2)])

    def test_posts_parameters_as_text_and_no_empty_token(self):
        with Server() as server:
            self.tracker(server, token="").log_params({"seed": 20})
        _, authorization, body = server.requests[0]
        self.assertIsNone(authorization)
        self.assertEqual(body["params"], [{"key": "seed", "value": "20"}])

    def test_tries_again_when_the_server_is_busy(self):
        with Server(503, 429) as server:
            self.tracker(server).log_metrics({"accuracy": 1})
        self.assertEqual(len(server.requests), 3)
        self.assertEqual(self.sleeps, [1, 2])

    def test_fails_with_the_answer_of_the_server(self):
        with Server(403) as server:
            with self.assertRaisesRegex(RuntimeError, r'log-batch failed: status 403: \{"message": "as told"\}$'):
                self.tracker(server).log_metrics({"accuracy": 1})
        self.assertEqual(len(server.requests), 1)

    def test_gives_up_after_four_tries(self):
        with Server(500, 500, 500, 500) as server:
            with self.assertRaisesRegex(RuntimeError, "status 500"):
                self.tracker(server).log_metrics({"accuracy": 1})
        self.assertEqual(self.sleeps, [1, 2, 4])


class Choice(unittest.TestCase):
    def chosen(self, mlflow, **environment):
        with mock.patch.object(tracking, "mlflow", mlflow), mock.patch.dict(os.environ, environment):
            return type(tracking.open_tracker())

    def test_prefers_the_client_then_the_server_then_printing(self):
        job = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:1", "MLFLOW_RUN_ID": "run-1"}
        self.assertIs(self.chosen(mock.Mock(), **job), tracking.MlflowTracker)
        self.assertIs(self.chosen(None, **job), tracking.RestTracker)
        self.assertIs(self.chosen(mock.Mock()), tracking.PrintTracker)
        self.assertIs(self.chosen(None, MLFLOW_TRACKING_URI="http://127.0.0.1:1"), tracking.PrintTracker)

    def test_prints_without_a_server(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            tracking.PrintTracker().log_params({"seed": 20})
            tracking.PrintTracker().log_metrics({"accuracy": 0.5})
        self.assertEqual(output.getvalue(), "tracking: parameter seed = 20\ntracking: metric accuracy = 0.5 (step 0)\n")


if __name__ == "__main__":
    unittest.main()
