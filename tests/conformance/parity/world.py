"""What stands in the workspace that both sides ask: everything that a document refers to exists, what it creates doesn't.

Pure: a request in, an answer out, so that the SDK (in its own process) and our executables (over HTTP) get the same
answers. Uploads are marked complete already and code is found by its hash, so that nothing is ever sent but documents.
"""

import base64
import json
import re
import urllib.parse
import uuid

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = "rg"
WORKSPACE = "ws"
REGISTRY = "reg"
PROVIDER = "Microsoft.MachineLearningServices"
WORKSPACE_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/{PROVIDER}/workspaces/{WORKSPACE}"
REGISTRY_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/{PROVIDER}/registries/{REGISTRY}"
LOCATION = "local"
LATEST = "7"  # the newest version of every asset that exists
GUID = "00000000-0000-4000-8000-000000000002"
SIGNATURE = "a%20signature%20that%20stands%20in%20no%20document"  # programs mask it in what they print
CONTAINER = f"azureml-blobstore-{GUID}"
COMPLETED = {"x-ms-meta-upload_status": "completed", "x-ms-meta-name": GUID, "x-ms-meta-version": "1",
             "x-ms-blob-type": "BlockBlob", "ETag": '"0x1"', "Content-Length": "0",
             "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}


def token(audience):
    """A token that both sides can read; nobody checks its signature here."""
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    claims = {"aud": audience, "tid": GUID, "oid": GUID, "appid": GUID, "exp": 4102444800}
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{part('signature')}"


class World:
    """`absent` are the paths below the workspace that the document creates; `base` is where this world is reached and
    `storage` how it names its blob account: {"accountName", "endpoint", "protocol"}."""

    def __init__(self, base, storage, absent=()):
        self._base = base
        self._storage = storage
        self._absent = tuple(absent)

    def answer(self, method, url, body):
        """(status, headers, JSON value or None) of a request."""
        parts = urllib.parse.urlsplit(url)
        path = urllib.parse.unquote(parts.path)
        query = {name.lower(): values[0] for name, values in urllib.parse.parse_qs(parts.query).items()}
        if ".blob." in parts.netloc + path:
            legacy = "/az-ml-artifacts/" in path  # where uploads once went; none of them is there
            return (404, {"x-ms-error-code": "BlobNotFound"}, None) if legacy else (200, COMPLETED, None)
        found = re.search(rf"/providers/{re.escape(PROVIDER)}/(workspaces|registries)/[^/]+(/.*)?$", path, re.IGNORECASE)
        if found and "/history/" not in path and "/mlflow/" not in path:
            return self._resource(method, path, (found.group(2) or "").strip("/"), query, body)
        return self._service(path, body)

    def _service(self, path, body):
        if path.endswith("/token"):
            form = urllib.parse.parse_qs(body or "")
            audience = form.get("scope", form.get("resource", ["x"]))[0].removesuffix("/.default")
            return 200, {}, {"token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600,
                             "access_token": token(audience)}
        if path.endswith("/metadata/endpoints"):
            return 200, {}, [self.cloud()]
        if path.endswith("/discovery"):
            return 200, {}, {"registryName": REGISTRY, "location": LOCATION, "resourceGroup": GROUP,
                             "subscriptionId": SUBSCRIPTION, "primaryRegion": LOCATION,
                             "primaryRegionResourceProviderUri": self._base + "/", "api": self._base,
                             "regions": [LOCATION]}
        return 404, {}, {"error": {"code": "NotFound", "message": f"nothing at {path}"}}

    def cloud(self):
        return {"name": "ParityCloud", "portal": "https://portal.azure.local/", "resourceManager": self._base + "/",
                "authentication": {"loginEndpoint": self._base, "audiences": [self._base + "/"], "tenant": GUID},
                "suffixes": {"storage": self._storage["endpoint"], "keyVaultDns": "vault.local"}}

    def _resource(self, method, path, below, query, body):
        if method in ("PUT", "PATCH"):
            return 200, {}, self._echo(path, json.loads(body or "{}"))
        if method == "POST":
            return self._action(below)
        if below == "":
            return 200, {}, self._workspace(path)
        if below == "datastores":
            return 200, {}, {"value": [self._datastore(f"{path}/workspaceblobstore")]}
        if re.fullmatch(r"codes/[^/]+/versions", below) and "hash" in query:
            name = uuid.UUID(query["hash"][:32])
            return 200, {}, {"value": [self._version(f"{path.rsplit('/', 2)[0]}/{name}/versions/1")]}
        if any(below == name or below.startswith(name + "/") for name in self._absent):
            if below.endswith("/deployments"):
                return 200, {}, {"value": []}
            return 404, {}, {"error": {"code": "NotFound", "message": f"there is no {below}"}}
        return 200, {}, self._existing(path, below)

    def _action(self, below):
        if below.endswith("/listSecrets"):
            return 200, {}, {"secretsType": "Sas", "sasToken": f"sv=2020-12-06&sig={SIGNATURE}"}
        return 200, {}, {}

    def _existing(self, path, below):
        if below.startswith("datastores/"):
            return self._datastore(path)
        if below.count("/") % 2 == 0:  # a list
            return {"value": [self._version(f"{path}/{LATEST}")] if below.endswith("/versions") else []}
        return self._version(path) if "/versions/" in below else self._container(path, below)

    def _workspace(self, path):
        return {"id": path, "name": path.rsplit("/", 1)[1], "location": LOCATION, "kind": "Default",
                "type": f"{PROVIDER}/workspaces", "identity": {"type": "SystemAssigned"}, "tags": {},
                "properties": {"workspaceId": GUID, "discoveryUrl": f"{self._base}/discovery", "tenantId": GUID,
                               "mlFlowTrackingUri": f"{self._base}/mlflow/v1.0{path}",
                               "provisioningState": "Succeeded"}}

    def _datastore(self, path):
        return {"id": path, "name": path.rsplit("/", 1)[1], "systemData": {},
                "properties": {"datastoreType": "AzureBlob", "containerName": CONTAINER, "isDefault": True,
                               "credentials": {"credentialsType": "AccountKey"}, "tags": {}, "properties": {},
                               **self._storage}}

    def _container(self, path, below):
        properties = {"latestVersion": LATEST, "nextVersion": "8", "isArchived": False, "tags": {}, "properties": {},
                      "provisioningState": "Succeeded", "dataType": "uri_folder", "authMode": "Key", "traffic": {}}
        if "/deployments/" in below:
            return self._deployment(path)
        if below.startswith("computes/"):
            properties = {"computeType": "AmlCompute", "provisioningState": "Succeeded", "properties": {}}
        return {"id": path, "name": path.rsplit("/", 1)[1], "location": LOCATION, "tags": {}, "systemData": {},
                "properties": properties}

    def _deployment(self, path):
        """One that collects what its model gets and says, as monitors need it."""
        collections = {name: {"dataCollectionMode": "Enabled", "dataId": f"{WORKSPACE_ID}/data/{name}/versions/1"}
                       for name in ("model_inputs", "model_outputs")}
        return {"id": path, "name": path.rsplit("/", 1)[1], "location": LOCATION, "tags": {}, "systemData": {},
                "sku": {"name": "Default", "capacity": 1},
                "properties": {"endpointComputeType": "Managed", "provisioningState": "Succeeded", "properties": {},
                               "model": f"{WORKSPACE_ID}/models/m/versions/1", "scaleSettings": {"scaleType": "Default"},
                               "instanceType": "Standard_DS3_v2", "dataCollector": {"collections": collections}}}

    def _version(self, path):
        spec = {"name": path.split("/")[-3], "version": path.split("/")[-1], "type": "command", "inputs": {},
                "outputs": {}, "command": "true", "environment": f"azureml:{WORKSPACE_ID}/environments/e/versions/1"}
        return {"id": path, "name": path.rsplit("/", 1)[1], "systemData": {},
                "properties": {"tags": {}, "properties": {}, "flavors": {}, "modelType": "custom_model",
                               "dataType": "uri_folder", "dataUri": "azureml://datastores/d/paths/p", "image": "i",
                               "modelUri": "azureml://datastores/d/paths/p", "codeUri": f"{self._base}/c/p",
                               "isArchived": False, "isAnonymous": False, "componentSpec": spec}}

    def _echo(self, path, body):
        """A resource as it was sent, with what the SDK looks for in an answer."""
        resource = {"id": path, "name": path.rsplit("/", 1)[1], "type": "t", "systemData": {}, **body}
        properties = resource.setdefault("properties", {})
        defaults = {"provisioningState": "Succeeded", "tags": {}, "properties": {}, "services": {}, "flavors": {},
                    "status": "NotStarted", "scaleSettings": {"scaleType": "Default"}}
        for name, value in defaults.items():
            if properties.get(name) is None:
                properties[name] = value
        return resource
