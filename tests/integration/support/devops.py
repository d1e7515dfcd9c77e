"""What of the Azure DevOps REST API a pipeline calls from an agentless job: it remembers the requests and accepts all of them."""

import http.server
import json
import threading

CONNECTION = "33333333-2222-4333-8444-555555555555"


class DevOps:
    def __init__(self):
        self.requests = []  # (path, headers, JSON body)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append((self.path, dict(self.headers), body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def connection(self):
        return {f"ENDPOINT_URL_{CONNECTION}": f"http://127.0.0.1:{self._server.server_port}"}

    def posted(self, part):
        """The bodies of the requests with that part in their path."""
        return [body for path, _, body in self.requests if part in path]

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
