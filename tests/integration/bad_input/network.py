"""Trouble between a task and the service: addresses, certificates, proxies, credentials. The task is aml-submit."""

from bad_input import aml_submit
from bad_input.case import Case, with_inputs

TASK = "aml-submit"
GOOD = aml_submit.GOOD
INPUTS = aml_submit.INPUTS
NOWHERE = "127.0.0.1:9"  # nobody listens on the discard port
UNKNOWN = "management.mlops.invalid"  # a name that no server resolves (RFC 2606)
WRONG_KEY = "Wr0ng-secret-value-0123456789"


def changed(**values):
    """A connection with other values; names by their ends, e.g. SERVICEPRINCIPALKEY. None takes a value away."""
    def change(connection):
        authorization = f"ENDPOINT_AUTH_{connection['MLOPS_EMULATOR_CONNECTION']}"  # the same once more, as JSON
        result = {key: value for key, value in connection.items() if key != authorization}
        for end, value in values.items():
            result.update({key: value for key in connection if key.endswith(f"_{end}")})
        return result
    return change


def elsewhere(url, **more):
    """Resource Manager and sign-in at another address."""
    def change(connection):
        old = connection["MLOPS_EMULATOR_URL"]
        return {**{key: value.replace(old, url) for key, value in connection.items()}, **more}
    return change


def other_scheme(old, new):
    return lambda connection: {key: value.replace(f"{old}://", f"{new}://") for key, value in connection.items()}


def connected(name, code, says, connection, **more):
    return Case(name, code, (says,) if isinstance(says, str) else says, connection=connection, **more)


def answered(name, code, says, fault):
    return Case(name, code, says, emulator=("--fault", fault))


CASES = [
    connected("a wrong secret", "credential-rejected", ("(HTTP 401, request id ", "AADSTS7000215", "Make a new secret in the app registration"),
              changed(SERVICEPRINCIPALKEY=WRONG_KEY)),
    connected("an unknown principal", "credential-rejected", ("AADSTS700016", "Check the service principal id"),
              changed(SERVICEPRINCIPALID="00000000-5555-4666-8777-888888888888")),
    connected("an unknown tenant", "credential-rejected", ("AADSTS90002", "Check the tenant id of the service connection"),
              changed(TENANTID="00000000-4444-4555-8666-777777777777")),
    connected("no secret", "connection-invalid", "has no service principal key.", changed(SERVICEPRINCIPALKEY=None)),
    connected("an unknown way to sign in", "connection-invalid", 'signs in by "Password"; the known ways are ServicePrincipal,',
              lambda connection: {key: "Password" if key.startswith("ENDPOINT_AUTH_SCHEME_") else value for key, value in connection.items()}),
    connected("no address to sign in", "connection-invalid", "has no sign-in address",
              changed(ACTIVEDIRECTORYAUTHORITY=None, ENVIRONMENTAUTHORITYURL=None)),
    connected("an address that is none", "connection-invalid", 'has the Resource Manager address "nonsense", which is no URL.',
              lambda connection: {key: "nonsense" if key.startswith("ENDPOINT_URL_") else value for key, value in connection.items()}),
    connected("no subscription", "input-missing", "the service connection names no subscription.", changed(SUBSCRIPTIONID=None)),
    connected("nobody listens", "request-failed", f"can't connect to {NOWHERE}: Connection refused. Check that the agent can reach it",
              elsewhere(f"http://{NOWHERE}")),
    connected("a host that is unknown", "request-failed", f'the host name "{UNKNOWN}" can\'t be resolved. Check the spelling',
              elsewhere(f"https://{UNKNOWN}")),
    connected("http to another machine", "request-failed", f'plain http to "{UNKNOWN}" is refused: tokens and data would travel unprotected.',
              elsewhere(f"http://{UNKNOWN}")),
    connected("a proxy where nobody listens", "request-failed", f"The agent's proxy http://{NOWHERE} is used; check that it is right",
              elsewhere(f"https://{UNKNOWN}", AGENT_PROXYURL=f"http://{NOWHERE}")),
    connected("a proxy that is unknown", "request-failed", "the name of the proxy http://proxy.mlops.invalid:3128 can't be resolved.",
              elsewhere(f"https://{UNKNOWN}", AGENT_PROXYURL="http://proxy.mlops.invalid:3128")),
    connected("a proxy with a password and without a scheme", "request-failed", f"The agent's proxy {NOWHERE} is used; check that it is right",
              elsewhere(f"https://{UNKNOWN}", AGENT_PROXYURL=f"user:hidden@{NOWHERE}")),
    connected("a certificate that is not trusted", "request-failed",
              ('the certificate of "127.0.0.1" is not accepted', "configure the agent with --sslcacert"),
              lambda connection: {**connection, "AGENT_CAINFO": None}, emulator=("--tls",)),
    connected("a missing file of certificates", "request-failed", ("the file with trusted certificates can't be used: ", "/nonexistent/ca.pem"),
              lambda connection: {**connection, "AGENT_CAINFO": "/nonexistent/ca.pem"}, emulator=("--tls",)),
    connected("http where https is spoken", "request-failed", "broke off", other_scheme("https", "http"), emulator=("--tls",)),
    connected("https where http is spoken", "request-failed", "The server must offer TLS 1.2 or later", other_scheme("http", "https")),
    answered("a sign-in service that is down", "service-error", ("(HTTP 503, request id ", "attempts"), "post-token:503:99"),
    answered("a token that is not taken", "service-error", ("(HTTP 401, request id ", "The service did not accept the token."),
             "get-workspace:401:99"),
    answered("an identity without a role", "service-error", ("(HTTP 403, request id ", "Give the service connection's identity a role"),
             "get-workspace:403:99"),
    answered("a service that is broken", "service-error", ("(HTTP 500, request id ", "It still failed after 6 attempts."),
             "get-workspace:500:99"),
    answered("an answer that is cut short each time", "request-failed", ("GET http",), "get-workspace:truncated:99"),
    with_inputs("an unknown connection", "connection-missing", 'there is no service connection "azure".', azureSubscription="azure"),
]
