"""The official azure-mgmt-resource SDK, unmodified, against `aml-emulator --tls`: what-if, deployment, failures, operations.

Usage: resources_conformance.py EMULATOR
"""

import json
import pathlib
import sys
import tempfile

import sdk_conformance
from sdk_conformance import REPOSITORY, running_emulator, step

GROUP = "rg-sdk"


def client(variables):
    from azure.identity import ClientSecretCredential
    from azure.mgmt.resource.deployments import DeploymentsMgmtClient
    from azure.mgmt.resource.resources import ResourceManagementClient

    sdk_conformance.trust(variables)
    connection, url = variables["MLOPS_EMULATOR_CONNECTION"], variables["MLOPS_EMULATOR_URL"]
    parameter = {name: variables[f"ENDPOINT_AUTH_PARAMETER_{connection}_{name}"] for name in ("TENANTID", "SERVICEPRINCIPALID", "SERVICEPRINCIPALKEY")}
    credential = ClientSecretCredential(*parameter.values(), authority=url, disable_instance_discovery=True)
    settings = (credential, variables[f"ENDPOINT_DATA_{connection}_SUBSCRIPTIONID"])
    place = {"base_url": url, "credential_scopes": [f"{url}/.default"]}
    return ResourceManagementClient(*settings, **place), DeploymentsMgmtClient(*settings, **place)


def asked(template, **parameters):
    return {"properties": {"mode": "Incremental", "template": template, "parameters": {name: {"value": value} for name, value in parameters.items()}}}


def kind_of(change):
    return str(getattr(change.change_type, "value", change.change_type))


def kinds(result):
    found = {}
    for change in result.changes:
        found[kind_of(change)] = found.get(kind_of(change), 0) + 1
    return found


def check(resources, client_of_deployments):
    from azure.core.exceptions import HttpResponseError

    deployments = client_of_deployments.deployments

    template = json.loads((REPOSITORY / "infra" / "main.json").read_text(encoding="utf-8"))
    wanted = asked(template, workspace="mlw-sdk", kubernetes=True, privateLink=True)

    step("resource group, validate")
    group = resources.resource_groups.create_or_update(GROUP, {"location": "westeurope"})
    assert group.location == "westeurope" and resources.resource_groups.check_existence(GROUP)
    assert deployments.begin_validate(GROUP, "main", wanted).result().properties.provisioning_state == "Succeeded"

    step("what-if before the deployment")
    before = kinds(deployments.begin_what_if(GROUP, "main", wanted).result())
    assert set(before) == {"Create"} and before["Create"] > 30, before

    step("deployment")
    made = deployments.begin_create_or_update(GROUP, "main", wanted).result()
    assert made.properties.provisioning_state == "Succeeded"
    assert made.properties.outputs["workspaceId"]["value"].endswith("/workspaces/mlw-sdk")
    steps = list(client_of_deployments.deployment_operations.list(GROUP, "main"))
    assert len(steps) == before["Create"], len(steps)
    assert any(one.type == "Microsoft.ContainerService/managedClusters" for one in resources.resources.list_by_resource_group(GROUP))
    assert deployments.export_template(GROUP, "main").template["contentVersion"] == "1.0.0.0"

    step("what-if after it")
    after = kinds(deployments.begin_what_if(GROUP, "main", wanted).result())
    assert after == {"NoChange": before["Create"]}, after
    changed = deployments.begin_what_if(GROUP, "main", asked(template, workspace="mlw-sdk", kubernetes=True, privateLink=True, storageSku="Standard_ZRS")).result()
    delta = [change.delta for change in changed.changes if kind_of(change) == "Modify"]
    assert len(delta) == 1 and (delta[0][0].path, delta[0][0].before, delta[0][0].after) == ("sku.name", "Standard_LRS", "Standard_ZRS"), delta

    step("mistakes")
    try:
        deployments.begin_create_or_update(GROUP, "wrong", asked(template, workspace="mlw-sdk", storageSku="Gold")).result()
        raise AssertionError("a value that is not allowed was taken")
    except HttpResponseError as error:
        assert error.error.code == "InvalidTemplate" and "storageSku" in error.message, error
    broken = {**template, "outputs": {}, "resources": [{"type": "Microsoft.Storage/storageAccounts/blobServices/containers", "apiVersion": "2026-04-01", "name": "none/default/x"}]}
    try:
        deployments.begin_create_or_update(GROUP, "broken", asked(broken, workspace="mlw-sdk")).result()
        raise AssertionError("a container without an account was made")
    except HttpResponseError as error:
        assert "ParentResourceNotFound" in str(error), error
    assert sorted(one.name for one in deployments.list_by_resource_group(GROUP)) == ["broken", "main"]
    deployments.begin_delete(GROUP, "broken").result()
    assert not deployments.check_existence(GROUP, "broken")


def main(emulator):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            with running_emulator(emulator, folder) as variables:
                check(*client(variables))
        except BaseException:
            print("-- the end of the emulator's log")
            print("\n".join((folder / "emulator.err").read_text().splitlines()[-40:]))
            raise
    print("the Resource Manager SDK works with the emulator")


if __name__ == "__main__":
    main(*sys.argv[1:])
