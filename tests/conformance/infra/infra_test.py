#!/usr/bin/env python3
"""infra/main.json against Microsoft's schemas: the template, and every resource that it makes of the shipped configuration.

A resource is expanded by the what-if of aml-emulator and compared with the schema of its API version. Types without a schema in the
collection are listed; the list is the test's, so that a new one is noticed.
"""

import json
import pathlib
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / folder) for folder in ("integration", "conformance/bodies")]

import jsonschema
import validate_bodies
from support import scenario
from support.places import REPOSITORY, binary

SCHEMAS = REPOSITORY.parent / "shared" / "specs" / "azure-resource-manager"
TEMPLATE = REPOSITORY / "infra" / "main.json"
# Files of the collection whose names are not the provider's alone.
FILES = {"Microsoft.ContainerService": "Microsoft.ContainerService.Aks"}
WITHOUT_SCHEMA = {"Microsoft.Authorization/roleAssignments", "Microsoft.Insights/components", "Microsoft.KubernetesConfiguration/extensions",
                  "Microsoft.Network/privateDnsZones", "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
                  "Microsoft.Network/privateEndpoints", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
                  "Microsoft.Network/virtualNetworks"}
DEPLOYMENTS = "providers/Microsoft.Resources/deployments"


class Schemas(validate_bodies.Schemas):
    """The collection for all providers; a type that it has not is None."""

    def validator_of(self, version, kind):
        provider, _, rest = kind.partition("/")
        document = self.document(version, FILES.get(provider, provider))
        name = rest.replace("/", "_")
        if document is None or name not in document.get("resourceDefinitions", {}):
            return None
        resolver = jsonschema.RefResolver(document["id"], document, handlers={"https": self.load, "http": self.load})
        return jsonschema.Draft4Validator({"$ref": f"#/resourceDefinitions/{name}"}, resolver=resolver)

    def problems_of(self, resource):
        validator = self.validator_of(resource["apiVersion"], resource["type"])
        body = {key: value for key, value in resource.items() if key not in ("id", "scope")}
        leaves = [validate_bodies.deepest(error) for error in validator.iter_errors(body)]
        return [f"{'/'.join(map(str, leaf.absolute_path))}: {leaf.message[:300]}" for leaf in leaves]


def template_schema():
    """The schema of a template, without the schemas of resources: those are compared one by one."""
    schema = json.loads((SCHEMAS / "schemas/2019-04-01/deploymentTemplate.json").read_text(encoding="utf-8"))
    schema["definitions"]["resource"] = {"$ref": "#/definitions/ARMResourceBase"}
    return schema


def load(address):
    version, name = address.removeprefix(validate_bodies.PUBLIC).split("#")[0].split("/")
    return json.loads((SCHEMAS / "schemas" / version / name).read_text(encoding="utf-8"))


def check(instance, schema):
    resolver = jsonschema.RefResolver(schema["id"], schema, handlers={"https": load, "http": load})
    errors = jsonschema.Draft4Validator(schema, resolver=resolver).iter_errors(instance)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]


class Infra(scenario.Scenario):
    @classmethod
    def setUpClass(cls):
        cls.template = json.loads(TEMPLATE.read_text(encoding="utf-8"))

    def parameters(self, environment, *overrides):
        """The parameters file as MlopsConfigResolve writes it."""
        file = self.folder / f"{environment}.json"
        command = [binary("config-resolve"), "--environment", environment, "--files", "configuration/common.yml\nconfiguration/infra-{environment}.yml",
                   "--overrides", "\n".join(overrides), "--arm-template", TEMPLATE, "--arm-parameters-file", file]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
        return json.loads(file.read_text(encoding="utf-8"))

    def expanded(self, parameters):
        """Every resource of a deployment, with all of its body."""
        emulator = self.start_emulator("--operation-time", "0")
        azure = emulator.workspace()
        root = f"/subscriptions/{azure.subscription}/resourceGroups/rg-mlops/{DEPLOYMENTS}/main"
        asked = {"properties": {"mode": "Incremental", "template": self.template, "parameters": parameters["parameters"]}}
        answer = azure.ask_at(azure.location_of(f"{root}/whatIf?api-version=2025-04-01", asked))
        return [change["after"] for change in answer["properties"]["changes"] if change["changeType"] == "Create"]

    def test_the_template_and_its_parameters_are_what_the_schemas_say(self):
        self.assertEqual(check(self.template, template_schema()), [])
        schema = json.loads((SCHEMAS / "schemas/2019-04-01/deploymentParameters.json").read_text(encoding="utf-8"))
        for environment in ("DEV", "PRD"):
            self.assertEqual(check(self.parameters(environment), schema), [])

    def test_every_resource_is_what_its_schema_says(self):
        schemas, without, checked = Schemas(SCHEMAS), set(), 0
        for resource in self.expanded(self.parameters("PRD", "PRIVATE_LINK=true", "DATA_CONTRIBUTORS=11111111-2222-4333-8444-555555555555")):
            with self.subTest(resource["id"]):
                if schemas.validator_of(resource["apiVersion"], resource["type"]) is None:
                    without.add(resource["type"])
                    continue
                self.assertEqual(schemas.problems_of(resource), [])
                checked += 1
        self.assertEqual(without, WITHOUT_SCHEMA)
        self.assertGreaterEqual(checked, 9)


if __name__ == "__main__":
    if not (SCHEMAS / "schemas").exists():
        print(f"skipped: there are no schemas in {SCHEMAS}")
        sys.exit(77)
    scenario.main()
