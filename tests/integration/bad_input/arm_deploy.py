"""Mistakes in ARM templates and their parameters."""

import json

from bad_input.case import Case, with_inputs

TASK = "arm-deploy"
TEMPLATE = """\
{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "days": {"type": "int", "defaultValue": 90, "minValue": 7, "maxValue": 90}
  },
  "resources": [
    {
      "type": "Microsoft.KeyVault/vaults",
      "apiVersion": "2026-02-01",
      "name": "kv",
      "properties": {"softDeleteRetentionInDays": "[parameters('days')]"}
    }
  ]
}
"""
PARAMETERS = json.dumps({"parameters": {"days": {"value": 30}}})
GOOD = {"main.json": TEMPLATE, "parameters.json": PARAMETERS}
INPUTS = {"action": "deploy", "template": "main.json", "parametersFile": "parameters.json", "workspace": None}


def template(name, code, place, says, old, new, **inputs):
    assert TEMPLATE.count(old) == 1, name
    return Case(name, code, (says,), place=("main.json", *place) if place else None, inputs=inputs, files={"main.json": TEMPLATE.replace(old, new)})


def parameters(name, code, says, text, place=None):
    return Case(name, code, (says,), place=place, files={"parameters.json": text})


CASES = [
    with_inputs("no template", "input-missing", "the input template (--template) is missing.", template=None),
    with_inputs("a missing template", "file-missing", 'the file "none.json" does not exist.', template="none.json"),
    with_inputs("an unknown action", "input-invalid", 'the input action (--action) is "destroy". Legal values: validate, whatIf, deploy',
                action="destroy"),
    with_inputs("a name with a blank", "input-invalid", 'the input deploymentName (--deployment-name) is "a b". Use at most 64 letters',
                deploymentName="a b"),
    with_inputs("a missing resource group", "service-error", "Resource group 'rg-none' could not be found.", resourceGroup="rg-none"),
    with_inputs("a missing parameters file", "file-missing", 'the file "none.json" does not exist.', parametersFile="none.json"),
    with_inputs("a parameter of another type", "input-invalid", 'gives days the value "many". The template wants the type int there, as JSON.',
                parameters="days=many"),
    with_inputs("an unknown parameter", "input-invalid", 'names "dys", which the template has not. Parameters of the template: days.',
                parameters="dys=30"),
    parameters("a parameters file without parameters", "parameters-missing", 'the parameters file has no "parameters".', "{}",
               ("parameters.json", 1, 1)),
    parameters("an unknown parameter in the file", "service-error", "The template parameters 'dys' in the parameters file are not valid",
               json.dumps({"parameters": {"dys": {"value": 30}}})),
    template("a comment", "json-syntax", (3, 32), "the JSON can't be read:", '"contentVersion": "1.0.0.0",', '"contentVersion": "1.0.0.0", // x'),
    template("a bracket that is not closed", "json-syntax", (16, 1), "the JSON can't be read:", "  ]\n}", "  ]\n"),
    template("an unknown function", "service-error", (8, 5), "The template function 'prm' is not valid.", '"name": "kv"', "\"name\": \"[prm('x')]\""),
    template("an unknown parameter in a property", "service-error", (8, 5), "The template parameter 'dys' is not found.",
             "parameters('days')", "parameters('dys')", action="validate"),
    Case("a value that is out of range", "service-error", ("Its value must be at least '7'",), place=("main.json", 5, 13),
         files={"parameters.json": json.dumps({"parameters": {"days": {"value": 1}}})}),
    Case("a resource that the service refuses", "operation-failed", ("At least one resource deployment operation failed.", "ParentResourceNotFound"),
         files={"main.json": TEMPLATE.replace("Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/secrets").replace('"kv"', '"none/x"')},
         changes=True),
]
