#!/usr/bin/env python3
"""Our blob client against Azurite, Microsoft's own emulator of Azure Storage: a tree, lists, ranged reads, connections that
break, a killed upload that is taken up, and a large file in little memory.

Azurite is installed into the build folder (MLOPS_BUILD); without npm or a registry the tests are skipped. With MLOPS_LONG=1 the
large file has 2 GB instead of 200 MB."""

import base64
import datetime
import hashlib
import hmac
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

from support import scenario  # noqa: E402
from support.places import REPOSITORY, binary  # noqa: E402

PACKAGE = "azurite@3.35.0"
ACCOUNT = "devstoreaccount1"
# Azurite's well-known key, the same for everybody.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
CONNECTION = "11111111-2222-4333-8444-555555555555"
MEGABYTE = 1 << 20
LARGE = (2048 if os.environ.get("MLOPS_LONG") else 200) * MEGABYTE
MOST_MEMORY = 64 * MEGABYTE


def package():
    """The folder with Azurite, installed once; skips with the reason."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise unittest.SkipTest(f"{program} is not installed")
    folder = pathlib.Path(os.environ.get("MLOPS_BUILD", REPOSITORY / "build" / "dev")) / "azurite"
    mark = folder / PACKAGE.replace("@", "-")
    if not mark.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
        installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if installed.returncode:
            raise unittest.SkipTest(f"npm can't install {PACKAGE}: {installed.stderr.strip()[-300:]}")
        mark.touch()
    return folder


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def signature():
    """A shared access signature of the account, for everything in it."""
    expiry = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = {"sp": "rwdlac", "ss": "b", "srt": "sco", "se": expiry, "spr": "https,http", "sv": "2021-12-02"}
    text = "\n".join([ACCOUNT, fields["sp"], fields["ss"], fields["srt"], "", expiry, "", fields["spr"], fields["sv"], "", ""])
    digest = hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()
    return urllib.parse.urlencode({**fields, "sig": base64.b64encode(digest).decode()})


class Gate:
    """A port before Azurite's that counts what is sent there, and breaks connections after so many bytes when asked to."""

    def __init__(self, target):
        self.sent, self.break_after, self.broken = 0, None, 0
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._server.accept()
                there = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            threading.Thread(target=self._pump, args=(client, there, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(there, client, False), daemon=True).start()

    def _pump(self, source, sink, counted):
        try:
            while data := source.recv(1 << 16):
                if counted:
                    self.sent += len(data)
                    if self.break_after is not None and self.sent >= self.break_after:
                        self.break_after, self.broken = None, self.broken + 1
                        break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()

    def close(self):
        self._server.close()


class Azurite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = binary("blob_client")
        folder = package()
        cls.work = tempfile.TemporaryDirectory(prefix="mlops-azurite-")
        port = free_port()
        command = ["node", str(folder / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"), "--silent",
                   "--skipApiVersionCheck", "--disableTelemetry", "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", cls.work.name + "/data"]
        cls.service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.gate = Gate(port)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)

    @classmethod
    def tearDownClass(cls):
        cls.gate.close()
        cls.service.terminate()
        cls.service.wait(timeout=30)
        cls.work.cleanup()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.work.name))
        name = self.id().rsplit(".", 1)[1].replace("_", "-")[:40]
        address = f"http://127.0.0.1:{self.gate.port}/{ACCOUNT}/{name}"
        self.container = f"{address}?{signature()}"
        request = urllib.request.Request(f"{address}?restype=container&{signature()}", method="PUT", data=b"",
                                         headers={"x-ms-version": "2021-12-02"})
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30).close()
        self.gate.sent = 0

    def command(self, action, **more):
        flags = [text for name, value in more.items() for text in (f"--{name}", str(value))]
        return [str(self.program), "--azure-subscription", CONNECTION, "--container", self.container, "--action", action, *flags]

    def environment(self):
        parameter, data = f"ENDPOINT_AUTH_PARAMETER_{CONNECTION}_", f"ENDPOINT_DATA_{CONNECTION}_"
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), f"ENDPOINT_URL_{CONNECTION}": "https://management.azure.com/",
                f"ENDPOINT_AUTH_SCHEME_{CONNECTION}": "ServicePrincipal", f"{parameter}SERVICEPRINCIPALID": "client",
                f"{parameter}SERVICEPRINCIPALKEY": "not-used", f"{parameter}TENANTID": "33333333-4444-4555-8666-777777777777",
                f"{parameter}AUTHENTICATIONTYPE": "spnKey", f"{data}SUBSCRIPTIONID": "22222222-3333-4444-8555-666666666666"}

    def run_client(self, action, **more):
        result = subprocess.run(self.command(action, **more), env=self.environment(), capture_output=True, timeout=600, check=False)
        self.assertEqual(result.returncode, 0, (result.stdout + result.stderr).decode("utf-8", "replace")[-2000:])
        return result.stdout

    def large_file(self, size):
        (self.folder / "tree").mkdir()
        with open(self.folder / "tree" / "large.bin", "wb") as file:
            for number in range(size // MEGABYTE):
                file.write(number.to_bytes(4, "big") * (MEGABYTE // 4))
        return self.folder / "tree"

    def listed(self, prefix=""):
        lines = self.run_client("list", blob=prefix).decode().splitlines()
        return {name: int(size) for size, name in (line.split(" ", 1) for line in lines)}

    def test_a_tree_comes_back_as_it_was(self):
        tree = self.folder / "tree"
        files = {"a.txt": b"a", "empty": b"", "deep/er/b c.bin": bytes(range(256)), "über/日本.txt": "ü".encode(), "100% & more+1.txt": b"%",
                 "nine.bin": b"9" * (9 * MEGABYTE)}
        for name, data in files.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(data)
        self.run_client("upload", local=tree, blob="top/")
        self.assertEqual(self.listed("top/"), {f"top/{name}": len(data) for name, data in files.items()})
        for name, data in files.items():
            target = self.folder / "back" / name
            self.run_client("download", blob=f"top/{name}", local=target)
            self.assertEqual(target.read_bytes(), data)

    def test_a_blob_is_read_from_where_it_was_left(self):
        (self.folder / "tree").mkdir()
        (self.folder / "tree" / "log").write_bytes(b"0123456789")
        self.run_client("upload", local=self.folder / "tree", blob="")
        self.assertEqual(self.run_client("read", blob="log", offset=0, most=4), b"0123")
        self.assertEqual(self.run_client("read", blob="log", offset=7), b"789")
        self.assertEqual(self.run_client("read", blob="log", offset=10), b"")

    def test_a_broken_connection_is_taken_up(self):
        tree = self.large_file(40 * MEGABYTE)
        self.gate.break_after = 15 * MEGABYTE
        broken = self.gate.broken
        self.run_client("upload", local=tree, blob="")
        self.assertEqual(self.gate.broken, broken + 1)
        self.assertEqual(self.listed(), {"large.bin": 40 * MEGABYTE})
        # One block of 8 MB at most is sent again.
        self.assertLess(self.gate.sent, 50 * MEGABYTE)

    def test_a_killed_upload_sends_the_rest_alone(self):
        tree = self.large_file(120 * MEGABYTE)
        process = subprocess.Popen(self.command("upload", local=tree, blob=""), env=self.environment(), stdout=subprocess.DEVNULL)
        while self.gate.sent < 70 * MEGABYTE and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.wait()
        self.gate.sent = 0
        self.run_client("upload", local=tree, blob="")
        self.assertEqual(self.listed(), {"large.bin": 120 * MEGABYTE})
        # At the kill up to eight blocks were on their way and may not have been stored.
        self.assertLess(self.gate.sent, 120 * MEGABYTE)
        target = self.folder / "back.bin"
        self.run_client("download", blob="large.bin", local=target)
        self.assertEqual(hashlib.sha256(target.read_bytes()).digest(), hashlib.sha256((tree / "large.bin").read_bytes()).digest())

    def test_a_large_file_needs_little_memory(self):
        tree = self.folder / "tree"
        tree.mkdir()
        with open(tree / "large.bin", "wb") as file:
            file.truncate(LARGE)
        process = subprocess.Popen(self.command("upload", local=tree, blob=""), env=self.environment(), stdout=subprocess.DEVNULL)
        peak = 0
        while process.poll() is None:
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
                peak = max([peak, *(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))])
            except OSError:
                break
            time.sleep(0.02)
        self.assertEqual(process.wait(), 0)
        print(f"{LARGE >> 20} MB uploaded with at most {peak / MEGABYTE:.1f} MB of memory")
        self.assertLess(peak, MOST_MEMORY)
        self.assertEqual(self.listed(), {"large.bin": LARGE})


if __name__ == "__main__":
    scenario.main()
