"""An HTTP relay between a task and the emulator, which can stop the task at an exact request.

The task gets a connection with the relay's address, and every answer has the emulator's address in it replaced, so that
no request passes by."""

import http.client
import http.server
import socket
import threading
import urllib.parse

# Bound to the connection between two hops, not to the message.
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Relay:
    """Calls watch(number, method, path, forward) for each request that may change something, counted from 0.

    The watcher calls forward() to carry the request out; if it returns False, the connection is closed without an answer."""

    def __init__(self, emulator, watch):
        self._target = urllib.parse.urlsplit(emulator.url)
        self._watch = watch
        self._lock = threading.Lock()
        self._count = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        # Addresses stand in answers with and without "http://".
        self._ours, self._theirs = f"127.0.0.1:{self._server.server_address[1]}", self._target.netloc
        self.connection = {name: value.replace(self._theirs, self._ours) for name, value in emulator.connection.items()}
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _next(self):
        with self._lock:
            self._count += 1
            return self._count - 1

    def _forward(self, request, body):
        """The answer's status, headers and body."""
        connection = http.client.HTTPConnection(self._target.hostname, self._target.port, timeout=120)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        # Addresses that the task repeats in what it sends are to be the emulator's own again.
        body = body.replace(self._ours.encode(), self._theirs.encode())
        connection.request(request.command, request.path, body, {**headers, "Host": self._target.netloc})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def _rewritten(self, headers, content):
        return ([(name, value.replace(self._theirs, self._ours)) for name, value in headers if name.lower() not in HOP],
                content.replace(self._theirs.encode(), self._ours.encode()))

    def _handler(relay):  # noqa: N805 - "self" is the handler's
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def relay_request(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answers = []
                forward = lambda: answers.append(relay._forward(self, body))  # noqa: E731
                changes = self.command in ("PUT", "PATCH", "DELETE", "POST") and "/oauth2/" not in self.path
                path = urllib.parse.urlsplit(self.path).path
                if not changes:
                    forward()
                elif relay._watch(relay._next(), self.command, path, forward) is False:
                    self.close_connection = True
                    return
                status, headers, content = answers[0]
                length = next((value for name, value in headers if name.lower() == "content-length"), "0")
                headers, content = relay._rewritten(headers, content)
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_HEAD = do_PUT = do_PATCH = do_POST = do_DELETE = relay_request

            def log_message(self, *_):
                pass

            def setup(self):
                super().setup()
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def handle(self):
                try:
                    super().handle()
                except (ConnectionError, TimeoutError):  # the task was killed, or the emulator ended the connection on purpose
                    pass

        return Handler
