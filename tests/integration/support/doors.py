"""What stands between a task and the service: a server that speaks TLS, and proxies."""

import base64
import re
import socket
import ssl
import threading


def copy(source, target):
    """All bytes of one socket to another, then the end of them."""
    try:
        while chunk := source.recv(65536):
            target.sendall(chunk)
    except OSError:
        pass
    finally:
        try:
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def join(one, other):
    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join(10)


class Door:
    """Listens on a port of 127.0.0.1 and serves each connection on a thread of its own until it is closed."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._run, args=(client,), daemon=True).start()

    def _run(self, client):
        with client:
            try:
                self.serve(client)
            except OSError:
                pass


def tls_context(certificate, key, only=None, clients=None):
    """A server's; with one version alone, or asking clients for a certificate of an authority (its file)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if only == ssl.TLSVersion.TLSv1_1:
        context.set_ciphers("ALL:@SECLEVEL=0")  # distributions switch it off otherwise
    if only:
        context.minimum_version = context.maximum_version = only
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    return context


class TlsServer(Door):
    """The service behind TLS. `connections` counts the connections that got through the handshake."""

    def __init__(self, context, port):
        self._context, self._target, self.connections = context, port, 0
        super().__init__()

    def serve(self, client):
        with self._context.wrap_socket(client, server_side=True) as secure, \
                socket.create_connection(("127.0.0.1", self._target)) as target:
            self.connections += 1
            join(secure, target)


class SocksProxy(Door):
    """SOCKS 5 without a password (RFC 1928): names, whatever they are, lead to one port of this machine."""

    def __init__(self, port):
        self._target, self.asked = port, []
        super().__init__()

    def serve(self, client):
        with client.makefile("rb") as stream:
            client.sendall(bytes([5, 0 if 0 in stream.read(stream.read(2)[1]) else 255]))
            _, _, _, kind = stream.read(4)
            if kind != 3:  # an address instead of a name
                return
            name = stream.read(stream.read(1)[0]).decode()
            self.asked.append(f"{name}:{int.from_bytes(stream.read(2), 'big')}")
        with socket.create_connection(("127.0.0.1", self._target)) as target:
            client.sendall(bytes([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
            join(client, target)


class Proxy(Door):
    """Takes CONNECT requests, whatever the host, to one port of this machine. With `user` it wants a name and a password."""

    def __init__(self, port, user=None):
        self._target, self.asked = port, []
        self._credentials = user and base64.b64encode(user.encode()).decode()
        super().__init__()

    def serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        text = head.decode()
        self.asked.append(re.match(r"CONNECT (\S+)", text)[1])
        if self._credentials and f"proxy-authorization: basic {self._credentials}".lower() not in text.lower():
            client.sendall(b'HTTP/1.1 407 Authenticate\r\nProxy-Authenticate: Basic realm="proxy"\r\n'
                           b"Connection: close\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", self._target)) as target:
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            join(client, target)
