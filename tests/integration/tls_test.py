#!/usr/bin/env python3
"""Whom a task trusts, and how it gets through a proxy: a real TLS server and real proxies stand before the emulator."""

import json
import ssl
import unittest
import urllib.error
import urllib.request

from support import doors, scenario
from support.certificates import Authority, archive, self_signed

HOST = "management.mlops.invalid"  # a name that only a proxy can serve (RFC 2606)
DATA = "$schema: https://azuremlschemas.azureedge.net/latest/data.schema.json\nname: rows\nversion: '1'\ntype: uri_file\n" \
       "path: https://example.com/rows.csv\n"


class Network(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator()
        self.emulator_port = int(self.emulator.url.rsplit(":", 1)[1])
        self.authority = Authority(self.folder / "trusted", "The company's CA")
        self.write("data.yml", DATA)

    def server(self, certificate, **options):
        return self.opened(doors.TlsServer(doors.tls_context(*certificate, **options), self.emulator_port))

    def proxy(self, port, **options):
        return self.opened(doors.Proxy(port, **options))

    def opened(self, door):
        self.addCleanup(door.close)
        return door

    def submit(self, address, **settings):
        """A data asset, created through another address; the settings are those that an agent passes on."""
        old = self.emulator.connection["MLOPS_EMULATOR_URL"]
        connection = {key: value.replace(old, address) for key, value in self.emulator.connection.items()}
        connection.update(settings)
        return self.agent.run("aml-submit", {**self.emulator.azure_inputs(), "jobFile": "data.yml"}, connection=connection)

    def assert_created(self, outcome):
        self.assert_succeeded(outcome)
        self.assertEqual(self.emulator.workspace().names("data/rows/versions"), ["1"])

    def assert_refused(self, outcome, *texts):
        self.assert_failed(outcome, *texts)
        self.assertEqual(self.emulator.routes(), [], "the service was asked")


class Certificates(Network):
    def trusting(self, certificate, settings=None, **options):
        server = self.server(certificate, **options)
        return self.submit(f"https://localhost:{server.port}", AGENT_CAINFO=str(self.authority.file), **(settings or {}))

    def test_an_authority_of_ones_own_is_trusted_when_the_agent_is_told_so(self):
        self.assert_created(self.trusting(self.authority.issue("good")))

    def test_tls_1_2_is_enough(self):
        self.assert_created(self.trusting(self.authority.issue("good"), only=ssl.TLSVersion.TLSv1_2))

    def test_a_server_that_asks_for_a_certificate_gets_the_agents(self):
        certificate, key = map(str, self.authority.issue("agent", host="agent.example"))
        service = self.authority.issue("good")
        with self.subTest("without one"):
            self.assert_refused(self.trusting(service, clients=self.authority.file), "POST https://localhost:")
        with self.subTest("with one"):
            settings = {"AGENT_CLIENTCERT": certificate, "AGENT_CLIENTCERTKEY": key, "SECRET_AGENT_CLIENTCERTPASSWORD": "of-the-archive",
                        "AGENT_CLIENTCERTARCHIVE": str(archive(certificate, key, "of-the-archive"))}
            self.assert_created(self.trusting(service, settings, clients=self.authority.file))

    def test_tls_1_1_is_refused(self):
        certificate = self.authority.issue("good")
        server = self.server(certificate, only=ssl.TLSVersion.TLSv1_1)
        outcome = self.submit(f"https://localhost:{server.port}", AGENT_CAINFO=str(self.authority.file))
        self.assert_refused(outcome, "The server must offer TLS 1.2 or later")
        self.assertEqual(server.connections, 0)
        client = ssl.create_default_context(cafile=self.authority.file)  # the server itself is fine
        client.set_ciphers("ALL:@SECLEVEL=0")
        client.minimum_version = ssl.TLSVersion.TLSv1_1
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=client))
        with self.assertRaises(urllib.error.HTTPError):
            opener.open(f"https://localhost:{server.port}/nothing", timeout=10)
        self.assertEqual(server.connections, 1)

    def test_a_certificate_for_another_host_is_refused(self):
        outcome = self.trusting(self.authority.issue("other", host="other.example"))
        self.assert_refused(outcome, 'the certificate of "localhost" is not accepted: it was issued for another host name.')

    def test_an_expired_certificate_is_refused(self):
        outcome = self.trusting(self.authority.issue("old", starts=-20, ends=-10))
        self.assert_refused(outcome, "it has expired", "Renew it, and check this machine's clock.")

    def test_a_certificate_of_tomorrow_is_refused(self):
        outcome = self.trusting(self.authority.issue("early", starts=2, ends=20))
        self.assert_refused(outcome, 'the certificate of "localhost" is not accepted', "clock")

    def test_a_self_signed_certificate_is_refused(self):
        outcome = self.trusting(self_signed(self.folder))
        self.assert_refused(outcome, 'the certificate of "localhost" is not accepted', "--sslcacert")

    @unittest.skipIf(scenario.WINE, scenario.TRUSTING)
    def test_an_authority_that_nobody_named_is_refused(self):
        server = self.server(self.authority.issue("good"))
        outcome = self.submit(f"https://localhost:{server.port}", AGENT_CAINFO=None)
        self.assert_refused(outcome, 'the certificate of "localhost" is not accepted', "--sslcacert")

    def test_an_agent_that_checks_no_certificates_is_obeyed(self):
        server = self.server(self_signed(self.folder))
        self.assert_created(self.submit(f"https://localhost:{server.port}", AGENT_SKIPCERTVALIDATION="True"))


class Proxies(Network):
    def setUp(self):
        super().setUp()
        self.front = self.server(self.authority.issue("service", host=HOST))

    def through(self, proxy, **settings):
        settings.setdefault("AGENT_CAINFO", str(self.authority.file))
        return self.submit(f"https://{HOST}", AGENT_PROXYURL=f"http://127.0.0.1:{proxy.port}", **settings)

    def test_a_proxy_takes_every_request(self):
        proxy = self.proxy(self.front.port)
        self.assert_created(self.through(proxy))
        self.assertEqual(set(proxy.asked), {f"{HOST}:443"})

    def test_a_socks_proxy_resolves_the_names(self):
        proxy = self.opened(doors.SocksProxy(self.front.port))
        self.assert_created(self.submit(f"https://{HOST}", AGENT_PROXYURL=f"socks5h://127.0.0.1:{proxy.port}",
                                        AGENT_CAINFO=str(self.authority.file)))
        self.assertEqual(set(proxy.asked), {f"{HOST}:443"})

    def test_a_proxy_gets_the_name_and_password_it_wants(self):
        proxy = self.proxy(self.front.port, user="ci:s3cr3t-of-the-proxy")
        outcome = self.through(proxy, AGENT_PROXYUSERNAME="ci", SECRET_AGENT_PROXYPASSWORD="s3cr3t-of-the-proxy")
        self.assert_created(outcome)
        self.assert_silent(outcome, "s3cr3t-of-the-proxy")

    def test_a_proxy_that_wants_another_password_is_named(self):
        proxy = self.proxy(self.front.port, user="ci:right")
        outcome = self.through(proxy, AGENT_PROXYUSERNAME="ci", SECRET_AGENT_PROXYPASSWORD="wr0ng-password")
        self.assert_refused(outcome, f"the proxy http://127.0.0.1:{proxy.port} asks for a user name and a password",
                            "--proxypassword")
        self.assert_silent(outcome, "wr0ng-password")

    def test_hosts_of_the_bypass_list_are_reached_directly(self):
        proxy = self.proxy(self.front.port)
        outcome = self.through(proxy, AGENT_PROXYBYPASSLIST=json.dumps([r"mlops\.invalid"]))
        self.assert_refused(outcome, f'the host name "{HOST}" can\'t be resolved.')
        self.assertEqual(proxy.asked, [])

    def test_a_proxy_that_breaks_up_connections_is_trusted_only_by_its_authority(self):
        own = Authority(self.folder / "proxy", "The proxy's CA")
        breaking = self.proxy(self.server(own.issue("made-up", host=HOST)).port)
        self.assert_refused(self.through(breaking), f'the certificate of "{HOST}" is not accepted', "--sslcacert")
        self.assert_created(self.through(breaking, AGENT_CAINFO=str(own.file)))


if __name__ == "__main__":
    scenario.main()
