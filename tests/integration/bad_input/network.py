"""Trouble between a task and the service: addresses, certificates, proxies, credentials. The task is aml-submit."""

from bad_input import aml_submit
from bad_input.case import Case, addresses, parameter

GOOD = aml_submit.GOOD
INPUTS = aml_submit.INPUTS
prepare = aml_submit.prepare
TASK = "aml-submit"

def proxy(url):
    def change(c):
        return {**addresses("https://management.mlops.invalid")(c), "AGENT_PROXYURL": url}
    return change

def drop(what):
    def change(c):
        return {k: v for k, v in c.items() if what not in k}
    return change

def put(what, value):
    def change(c):
        return {k: (value if k.endswith(what) else v) for k, v in c.items()}
    return change

CASES = [
    Case("wrong secret", code="", connection=parameter("SERVICEPRINCIPALKEY", "Wr0ng-secret-value-0123456789")),
    Case("wrong client", code="", connection=parameter("SERVICEPRINCIPALID", "00000000-5555-4666-8777-888888888888")),
    Case("wrong tenant", code="", connection=parameter("TENANTID", "00000000-4444-4555-8666-777777777777")),
    Case("no secret", code="", connection=lambda c: {k: v for k, v in c.items() if "SERVICEPRINCIPALKEY" not in k and not k.startswith("ENDPOINT_AUTH_1")}),
    Case("scheme", code="", connection=put("SCHEME_11111111-2222-4333-8444-555555555555", "UsernamePassword")),
    Case("no auth url", code="", connection=lambda c: {k: v for k, v in c.items() if "AUTHORITY" not in k}),
    Case("bad url", code="", connection=lambda c: {k: ("nonsense" if k.startswith("ENDPOINT_URL") else v) for k, v in c.items()}),
    Case("no subscription", code="", connection=drop("SUBSCRIPTIONID")),
    Case("bad subscription", code="", inputs={"subscriptionId": "00000000-3333-4444-8555-666666666666"}),
    Case("refused", code="", connection=addresses("http://127.0.0.1:9")),
    Case("host", code="", connection=addresses("https://management.mlops.invalid")),
    Case("http", code="", connection=addresses("http://management.mlops.invalid")),
    Case("proxy", code="", connection=proxy("http://127.0.0.1:9")),
    Case("proxy host", code="", connection=proxy("http://proxy.mlops.invalid:3128")),
    Case("tls", code="", faults=("--tls",), connection=drop("CAINFO")),
    Case("cafile missing", code="", faults=("--tls",), connection=put("CAINFO", "/nonexistent/ca.pem")),
    Case("http to https", code="", faults=("--tls",), connection=lambda c: {k: v.replace("https://", "http://") for k,v in c.items()}),
    Case("https to http", code="", connection=lambda c: {k: v.replace("http://", "https://") for k,v in c.items()}),
    Case("token 401", code="", faults=("--fault", "post-token:401")),
    Case("token 503", code="", faults=("--fault", "post-token:503:9")),
    Case("401", code="", faults=("--fault", "get-workspace:401:9")),
    Case("403", code="", faults=("--fault", "get-workspace:403:9")),
    Case("500", code="", faults=("--fault", "get-workspace:500:9")),
]
