"""What our executables would send for a file: the documents that their dry run prints, or why they refuse the file."""

import contextlib
import http.server
import json
import pathlib
import re
import subprocess
import tempfile
import threading

import kinds
import world

CONNECTION = "11111111-2222-4333-8444-555555555555"
SECRET = "a secret that stands in no document"  # the log masks it
_WOULD = re.compile(r"^would (PUT|PATCH|POST|DELETE) (\S+)$")


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        status, headers, value = self.server.world.answer(self.command, self.path, body)
        data = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_HEAD = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_):
        pass


class Programs:
    """The executables of a build, and the server that stands in for Azure while they run one at a time."""

    def __init__(self, binaries, work):
        self._binaries = pathlib.Path(binaries)
        self._work = pathlib.Path(work)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        host = self.base.removeprefix("http://")
        # An account's name that holds host and port: "<account>.blob.<endpoint>" then needs no name service.
        self.storage = {"accountName": f"{host}/account", "endpoint": "storage.parity.local", "protocol": "http"}

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _environment(self):
        authorization = {"scheme": "ServicePrincipal",
                         "parameters": {"serviceprincipalid": world.GUID, "serviceprincipalkey": SECRET,
                                        "tenantid": world.GUID, "authenticationType": "spnKey"}}
        parameter, data = f"ENDPOINT_AUTH_PARAMETER_{CONNECTION}_", f"ENDPOINT_DATA_{CONNECTION}_"
        return {"PATH": "/usr/bin:/bin", "HOME": str(self._work), "NO_PROXY": "127.0.0.1",
                f"ENDPOINT_URL_{CONNECTION}": self.base + "/", f"ENDPOINT_AUTH_{CONNECTION}": json.dumps(authorization),
                f"ENDPOINT_AUTH_SCHEME_{CONNECTION}": "ServicePrincipal", f"{parameter}SERVICEPRINCIPALID": world.GUID,
                f"{parameter}SERVICEPRINCIPALKEY": SECRET, f"{parameter}TENANTID": world.GUID,
                f"{parameter}AUTHENTICATIONTYPE": "spnKey", f"{data}SUBSCRIPTIONID": world.SUBSCRIPTION,
                f"{data}ENVIRONMENT": "AzureStack", f"{data}ACTIVEDIRECTORYAUTHORITY": self.base + "/",
                f"{data}ENVIRONMENTAUTHORITYURL": self.base + "/",
                f"{data}STORAGEENDPOINTSUFFIX": self.storage["endpoint"],
                f"{data}ACTIVEDIRECTORYSERVICEENDPOINTRESOURCEID": self.base + "/",
                "AGENT_TEMPDIRECTORY": str(self._work)}

    def _run(self, program, arguments):
        command = [self._binaries / program, "--azure-subscription", CONNECTION, "--resource-group", world.GROUP,
                   "--workspace", world.WORKSPACE, "--dry-run", *arguments]
        return subprocess.run(command, env=self._environment(), cwd=self._work, capture_output=True, text=True,
                              timeout=120, check=False)

    def compile_file(self, file, kind, overrides):
        """{"puts": [[path, body]...], "versions": [API version of each]} or {"rejected": reason}."""
        absent = kinds.own_paths(kind, {**kinds.read(file), **overrides})
        self._server.world = world.World(self.base, self.storage, absent)
        result = self._run(*_command(file, kind, overrides, self._work))
        puts = printed_documents(result.stdout)
        if result.returncode != 0 or not puts:
            return {"rejected": reason(result.stdout + result.stderr)}
        return {"puts": [[path, body] for path, _, body in puts], "versions": [version for _, version, _ in puts]}


def _command(file, kind, overrides, work):
    """The program and arguments that create the file."""
    settings = [text for name, value in overrides.items()
                if name != "name" or kind.segment != "jobs" for text in ("--set", f"{name}={value}")]
    name = ["--name", overrides["name"]] if kind.segment == "jobs" else []
    return "aml-submit", ["--job-file", file, *name, *settings]


def printed_documents(output):
    """The [path, API version, body] of each PUT of a dry run's output."""
    puts = []
    lines = output.splitlines()
    for number, line in enumerate(lines):
        found = _WOULD.match(line)
        if not found or found.group(1) != "PUT":
            continue
        text = "\n".join(lines[number + 1:])
        path, _, query = re.sub(r"^https?://[^/]+", "", found.group(2)).partition("?")
        puts.append([path, query.split("api-version=")[-1], json.JSONDecoder().raw_decode(text)[0]])
    return puts


def reason(output):
    """The message of the first error that was logged."""
    found = re.search(r"##vso\[task\.logissue [^\]]*type=error[^\]]*\](.*)", output) \
        or re.search(r"^(?:error|Error): (.*)", output, re.MULTILINE)
    return found.group(1).strip() if found else "\n".join(output.splitlines()[-5:])


@contextlib.contextmanager
def programs(binaries):
    with tempfile.TemporaryDirectory(prefix="parity-") as work:
        running = Programs(binaries, work)
        try:
            yield running
        finally:
            running.close()
