"""JSON calls to Resource Manager with a token of the service connection, for looking at what a task left behind."""

import json
import urllib.error
import urllib.parse
import urllib.request

API_VERSION = "2025-12-01"
PROVIDER = "providers/Microsoft.MachineLearningServices"
# Straight to the emulator, whatever proxy this machine has.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Workspace:
    def __init__(self, url, connection, group="rg-mlops", name="mlops-dev"):
        parameter = {key.rsplit("_", 1)[1]: value for key, value in connection.items() if "_AUTH_PARAMETER_" in key}
        self.subscription = next(value for key, value in connection.items() if key.endswith("_SUBSCRIPTIONID"))
        self.group, self.name = group, name
        self._url = url
        self._root = f"/subscriptions/{self.subscription}/resourceGroups/{group}/{PROVIDER}/workspaces/{name}"
        self._form = {"grant_type": "client_credentials", "client_id": parameter["SERVICEPRINCIPALID"],
                      "client_secret": parameter["SERVICEPRINCIPALKEY"], "scope": f"{url}/.default"}
        self._tenant = parameter["TENANTID"]
        self._token = None

    def _bearer(self):
        if not self._token:
            body = urllib.parse.urlencode(self._form).encode()
            with OPENER.open(f"{self._url}/{self._tenant}/oauth2/v2.0/token", body, timeout=30) as answer:
                self._token = json.load(answer)["access_token"]
        return self._token

    def ask(self, path, method="GET", body=None):
        """The answer to a request below the workspace; None for 404."""
        separator = "&" if "?" in path else "?"
        return self.ask_at(f"{self._root}/{path}{separator}api-version={API_VERSION}", method, body)

    def ask_at(self, address, method="GET", body=None):
        """The same for an address that names its api-version, from the first slash on."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + address, data, {"Authorization": f"Bearer {self._bearer()}",
                                                         "Content-Type": "application/json"}, method=method)
        try:
            with OPENER.open(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def location_of(self, address, body):
        """The address below the service at which the answer to a POST will stand."""
        request = urllib.request.Request(self._url + address, json.dumps(body).encode(),
                                         {"Authorization": f"Bearer {self._bearer()}", "Content-Type": "application/json"}, method="POST")
        with OPENER.open(request, timeout=30) as answer:
            return answer.headers["Location"].removeprefix(self._url)

    def names(self, collection):
        """The names in a collection, sorted: jobs, computes, models/m/versions, onlineEndpoints/e/deployments, ..."""
        answer = self.ask(collection) or {}
        found = [resource["name"] for resource in answer.get("value", [])]
        while answer.get("nextLink"):
            request = urllib.request.Request(answer["nextLink"], headers={"Authorization": f"Bearer {self._bearer()}"})
            with OPENER.open(request, timeout=30) as response:
                answer = json.load(response)
            found += [resource["name"] for resource in answer["value"]]
        return sorted(found)

    def inventory(self):
        """Everything that tasks make, by collection: {"jobs": ["a-1-1"], "models": ["m:1", "m:2"], ...}."""
        found = {collection: self.names(collection) for collection in ("jobs", "computes", "onlineEndpoints", "batchEndpoints", "schedules", "datastores")}
        for collection in ("data", "environments", "models"):
            found[collection] = [f"{name}:{version}" for name in self.names(collection)
                                 for version in self.names(f"{collection}/{name}/versions")]
        found["deployments"] = [f"{endpoint}/{name}" for endpoint in found["onlineEndpoints"]
                                for name in self.names(f"onlineEndpoints/{endpoint}/deployments")]
        found["batchDeployments"] = [f"{endpoint}/{name}" for endpoint in found["batchEndpoints"]
                                     for name in self.names(f"batchEndpoints/{endpoint}/deployments")]
        return found
