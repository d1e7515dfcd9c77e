"""The official SDK's MLClient in a world of its own: no socket is opened, every request goes to world.World."""

import contextlib
import datetime
import io
import json
import logging
import os
import warnings

import requests
import requests.adapters
from azure.core.credentials import AccessToken

import world

BASE = "https://arm.parity.local"
STORAGE = {"accountName": "account", "endpoint": "storage.parity.local", "protocol": "https"}
CLOUD = {"azure_portal": "https://portal.azure.local/", "resource_manager": BASE, "active_directory": BASE,
         "aml_resource_id": "https://ml.azure.local", "storage_endpoint": STORAGE["endpoint"],
         "registry_discovery_endpoint": BASE + "/"}


class Credential:
    def get_token(self, *scopes, **_):
        return AccessToken(world.token(scopes[0].removesuffix("/.default")), 4102444800)


def _response(request, answer):
    status, headers, value = answer
    response = requests.Response()
    response.status_code = status
    response.request, response.url = request, request.url
    data = b"" if value is None else json.dumps(value).encode()
    response.raw = io.BytesIO(data)
    response._content = data
    response.headers.update(headers)
    if value is not None:
        response.headers["Content-Type"] = "application/json"
    response.elapsed = datetime.timedelta()
    return response


def _text(body):
    if hasattr(body, "read"):
        body = body.read()
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else body


@contextlib.contextmanager
def recorded(absent):
    """Every request of the block is answered by a world; yields the list of the PUTs: (path, body)."""
    place = world.World(BASE, STORAGE, absent)
    puts = []

    def send(_, request, **__):
        body = _text(request.body)
        if request.method == "PUT" and ".blob." not in request.url:
            puts.append((requests.utils.urlparse(request.url).path, json.loads(body)))
        return _response(request, place.answer(request.method, request.url, body))

    original = requests.adapters.HTTPAdapter.send
    requests.adapters.HTTPAdapter.send = send
    try:
        yield puts
    finally:
        requests.adapters.HTTPAdapter.send = original


def silence():
    """The SDK speaks to people: warnings of preview classes, progress bars, deprecations."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.environ.update({"AZURE_ML_DISABLE_ON_DISK_CACHE": "true", "AZURE_ML_CLI_PRIVATE_FEATURES_ENABLED": "false",
                       "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true"})


def client(registry=False):
    from azure.ai.ml import MLClient

    scope = {"registry_name": world.REGISTRY} if registry else {"workspace_name": world.WORKSPACE}
    return MLClient(Credential(), world.SUBSCRIPTION, world.GROUP, cloud="ParityCloud", cloud_metadata=CLOUD,
                    enable_telemetry=False, **scope)
