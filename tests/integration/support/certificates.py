"""Certificates for tests, made by the openssl command when they are needed."""

import datetime
import pathlib
import subprocess

CONFIGURATION = """\
[ca]
default_ca = own
[own]
dir = {folder}
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


def openssl(*arguments):
    run = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
    if run.returncode != 0:
        raise AssertionError(f"openssl {arguments[0]} failed: {run.stderr}")


def time_text(days):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return moment.strftime("%Y%m%d%H%M%SZ")


class Authority:
    """A certificate authority of its own. `file` is what has to be trusted."""

    def __init__(self, folder, name):
        self._folder = pathlib.Path(folder)
        self._folder.mkdir()
        (self._folder / "index.txt").write_text("")
        self._configuration = self._folder / "ca.cnf"
        self._configuration.write_text(CONFIGURATION.format(folder=self._folder))
        self.file, self._key = self._folder / "ca.pem", self._folder / "ca.key"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", "30", "-keyout", self._key,
                "-out", self.file, "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, name, host="localhost", starts=-1, ends=30):
        """(certificate, key) of a server; `starts` and `ends` are days from now."""
        key, request, certificate = (self._folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        alternative = f"subjectAltName=DNS:{host}" + (",IP:127.0.0.1" if host == "localhost" else "")
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}", "-keyout", key, "-out", request,
                "-addext", alternative)
        openssl("ca", "-batch", "-notext", "-config", self._configuration, "-cert", self.file, "-keyfile", self._key,
                "-in", request, "-out", certificate, "-startdate", time_text(starts), "-enddate", time_text(ends))
        return certificate, key


def archive(certificate, key, password):
    """The two in one file, as Windows wants them."""
    packed = pathlib.Path(certificate).with_suffix(".pfx")
    openssl("pkcs12", "-export", "-in", certificate, "-inkey", key, "-out", packed, "-passout", f"pass:{password}")
    return packed


def self_signed(folder, host="localhost"):
    certificate, key = pathlib.Path(folder) / "self.pem", pathlib.Path(folder) / "self.key"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}", "-days", "30", "-keyout", key,
            "-out", certificate, "-addext", f"subjectAltName=DNS:{host}")
    return certificate, key
