#!/usr/bin/env python3
"""On a system without any certificate an executable trusts the file that came with its task.

    MLOPS_BIN=FOLDER no_certificates_test.py CERTIFICATES

FOLDER holds static executables, CERTIFICATES is the file in the package. Needs root, to give them a root folder of their own.
"""
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from support import doors, scenario  # noqa: E402
from support.certificates import Authority  # noqa: E402
from support.places import binary  # noqa: E402

PACKED = pathlib.Path(sys.argv.pop(1))
DATA = "name: rows\nversion: '1'\ntype: uri_file\npath: https://example.com/rows.csv\n"


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class NoCertificates(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator()
        self.authority = Authority(self.folder / "authority", "The company's CA")
        context = doors.tls_context(*self.authority.issue("service"))
        self.server = doors.TlsServer(context, int(self.emulator.url.rsplit(":", 1)[1]))
        self.addCleanup(self.server.close)
        self.root = self.folder / "root"
        scenario.write(self.root, "data.yml", DATA)
        executable = self.root / binary("aml-submit").relative_to("/")
        executable.parent.mkdir(parents=True)
        shutil.copy(binary("aml-submit"), executable)

    def submit(self, certificates):
        """From a root that holds the executable, a data asset and the certificates in the task's folder."""
        shutil.copy(certificates, scenario.write(self.root, "task/certificates.pem", ""))
        old, new = self.emulator.connection["MLOPS_EMULATOR_URL"], f"https://localhost:{self.server.port}"
        connection = {key: value.replace(old, new) for key, value in self.emulator.connection.items()}
        connection.update(MLOPS_TASK_FOLDER="/task", AGENT_CAINFO=None)
        inputs = {**self.emulator.azure_inputs(), "jobFile": "/data.yml"}
        outcome = self.agent.run("aml-submit", inputs, connection=connection, variables={"System.Debug": "true"},
                                 prefix=["chroot", str(self.root)])
        self.assertIn("certificates of trusted authorities: those that came with the task, /task/certificates.pem", outcome.shown)
        return outcome

    def test_the_packed_file_is_read_and_does_not_hold_the_companys_authority(self):
        self.assertGreater(PACKED.read_text().count("BEGIN CERTIFICATE"), 100)
        self.assert_failed(self.submit(PACKED), 'the certificate of "localhost" is not accepted', "--sslcacert")

    def test_an_authority_in_the_file_is_trusted(self):
        self.assert_succeeded(self.submit(self.authority.file))


if __name__ == "__main__":
    scenario.main()
