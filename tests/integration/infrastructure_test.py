#!/usr/bin/env python3
"""The infrastructure pipeline over DEV and PRD: what would change, the approval, the deployment, computes, and once more."""

import json
import shutil
import subprocess

from support import scenario
from support.azure import Workspace
from support.places import REPOSITORY, binary

ENVIRONMENTS = "environments: {PRD: {approval: {instructions: Read what changes}}}"
CONSUMER = """
    resources:
      repositories:
      - {repository: mlops, type: git, name: mlops/mlops-azure-ml}
    extends:
      template: pipeline-templates/infrastructure.yml@mlops
      parameters:
        environments: [{name: DEV, connection: azure-mlops, pool: {name: own}}]
        repository: mlops
        createResourceGroup: true
"""
BUILT_IN = """
    steps:
    - task: AzureResourceManagerTemplateDeployment@3
      inputs:
        deploymentScope: Resource Group
        azureResourceManagerConnection: azure-mlops
        subscriptionId: $(subscription)
        action: Create Or Update Resource Group
        resourceGroupName: rg-built-in
        location: westeurope
        csmFile: template.json
        overrideParameters: -name "kv-one" -days 90
        deploymentMode: Validation
    - task: AzureResourceManagerTemplateDeployment@3
      name: built
      inputs:
        azureResourceManagerConnection: azure-mlops
        resourceGroupName: rg-built-in
        csmFile: template.json
        overrideParameters: >-
          -name kv-one
          -days 90
        deploymentOutputs: outputs
    - bash: echo 'outputs $(outputs)'
"""
TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"name": {"type": "string"}, "days": {"type": "int"}},
    "resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "[parameters('name')]",
                   "location": "[resourceGroup().location]", "properties": {"softDeleteRetentionInDays": "[parameters('days')]"}}],
    "outputs": {"uri": {"type": "string", "value": "[reference(parameters('name')).vaultUri]"}},
}


class Infrastructure(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator("--operation-time", "20")
        self.connection = self.folder / "azure.env"
        self.connection.write_text("".join(f"{name}={value}\n" for name, value in self.emulator.connection.items()), encoding="utf-8")
        self.sources = self.folder / "sources"
        for name in ("infra", "configuration", "pipeline-templates"):
            shutil.copytree(REPOSITORY / name, self.sources / name)
        self.environments = scenario.write(self.folder, "environments.yml", ENVIRONMENTS)

    def run_pipeline(self, name, *arguments, file="infra/azure-pipelines.yml"):
        output = self.folder / name
        command = [binary("pipeline-run"), self.sources / file, "--sources", self.sources, "--connection", f"azure-mlops={self.connection}",
                   "--environments", self.environments, "--output", output, *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        record = json.loads((output / "run.json").read_text(encoding="utf-8")) if output.exists() else {"stages": []}
        return run, {stage["name"]: stage for stage in record["stages"]}

    def set_variable(self, file, name, value):
        """Puts a variable on top of those of a file of the configuration."""
        path = self.sources / "configuration" / file
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.strip().startswith(f"{name}:")]
        path.write_text("\n".join([*lines, f"  {name}: {value}", ""]), encoding="utf-8")

    def resources(self, group):
        azure = self.emulator.workspace()
        answer = azure.ask_at(f"/subscriptions/{azure.subscription}/resourceGroups/{group}/resources?api-version=2021-04-01")
        return sorted(resource["type"] for resource in answer["value"])

    def test_from_nothing_to_production_and_again(self):
        self.set_variable("infra-PRD.yml", "PRIVATE_LINK", "true")
        refused, stages = self.run_pipeline("refused", "--reject", "PRD")
        self.assertEqual(refused.returncode, 1, refused.stdout)
        self.assertEqual({name: stage["result"] for name, stage in stages.items()},
                         {"Plan_DEV": "Succeeded", "Deploy_DEV": "Succeeded", "Plan_PRD": "Succeeded", "Deploy_PRD": "Failed"})
        self.assertIn("A deployment to rg-my-project-dev has 20 to create.", refused.stdout)
        self.assertIn("+ Microsoft.Storage/storageAccounts/st", refused.stdout)
        self.assertRegex((self.folder / "refused" / "summary.html").read_text(encoding="utf-8"), "What a deployment to rg-my-project-prd changes")
        self.assertEqual(self.resources("rg-my-project-prd"), [])
        # Whoever approves a second run sees that DEV stays as it is.
        approved, stages = self.run_pipeline("approved", "--approve", "PRD")
        self.assertEqual(approved.returncode, 0, approved.stdout + approved.stderr)
        self.assertIn("A deployment to rg-my-project-dev has 20 unchanged", approved.stdout)
        self.assertEqual(stages["Plan_DEV"]["outputs"]["plan"]["changes.hasChanges"]["value"], "false")
        self.assertEqual(stages["Plan_PRD"]["outputs"]["plan"]["changes.hasChanges"]["value"], "true")
        self.assertIn("Microsoft.Network/privateEndpoints", self.resources("rg-my-project-prd"))
        self.assertNotIn("Microsoft.Network/privateEndpoints", self.resources("rg-my-project-dev"))
        # The workspace that was deployed takes computes; the cluster of PRD is attached.
        for environment, computes in (("dev", ["cpu-cluster"]), ("prd", ["aks-prd", "cpu-cluster"])):
            workspace = Workspace(self.emulator.url, self.emulator.connection, f"rg-my-project-{environment}", f"mlw-my-project-{environment}")
            self.assertEqual(workspace.names("computes"), computes)
            self.assertEqual(workspace.ask("datastores/data")["properties"]["credentials"]["credentialsType"], "None")
        self.assertEqual(workspace.ask("")["properties"]["publicNetworkAccess"], "Disabled")
        again, stages = self.run_pipeline("again", "--stage", "Plan_PRD")
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        self.assertEqual(stages["Plan_PRD"]["outputs"]["plan"]["changes.hasChanges"]["value"], "false")
        # One change in the configuration is one change in Azure.
        self.set_variable("infra-DEV.yml", "STORAGE_SKU", "Standard_ZRS")
        changed, _ = self.run_pipeline("changed", "--stage", "Plan_DEV")
        self.assertIn("has 1 to change, 19 unchanged", changed.stdout)
        self.assertIn('~ sku.name: "Standard_LRS" => "Standard_ZRS"', changed.stdout)

    def test_mistakes_are_told_where_they_are(self):
        for name, value, message in (
                ("STORAGE_SKU", "Gold", r'infra-DEV.yml:\d+:\d+: the variable STORAGE_SKU is "Gold", but the template\'s parameter "storageSku" '
                                        "wants one of: Standard_LRS, "),
                ("LOG_RETENTION_DAYS", "7", r"infra/main.json:\d+:\d+: .*'7' for the template parameter 'logRetentionDays'.* at least '30'"),
        ):
            with self.subTest(name):
                original = (self.sources / "configuration/infra-DEV.yml").read_text(encoding="utf-8")
                self.set_variable("infra-DEV.yml", name, value)
                run, stages = self.run_pipeline(f"wrong-{name}", "--stage", "Plan_DEV")
                self.assertEqual(run.returncode, 1, run.stdout)
                self.assertRegex(run.stdout, message)
                (self.sources / "configuration/infra-DEV.yml").write_text(original, encoding="utf-8")
        self.assertNotIn("put-deployment-template", self.emulator.routes())

    def test_a_repository_of_its_own_has_nothing_but_its_configuration(self):
        product, self.sources = self.sources, self.folder / "consumer"
        shutil.copytree(product / "configuration", self.sources / "configuration")
        scenario.write(self.sources, "azure-pipelines.yml", CONSUMER)
        run, _ = self.run_pipeline("consumer-run", "--repository", f"mlops={product}", file="azure-pipelines.yml")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("mlw-my-project-dev", run.stdout)
        self.assertIn("Microsoft.MachineLearningServices/workspaces", self.resources("rg-my-project-dev"))

    def test_the_built_in_task_deploys_too(self):
        scenario.write(self.sources, "built-in.yml", BUILT_IN.replace("&deployment", "").replace("kv-one", "kv-one"))
        (self.sources / "template.json").write_text(json.dumps(TEMPLATE, indent=2), encoding="utf-8")
        run, _ = self.run_pipeline("built-in", "--variable", f"subscription={self.emulator.workspace().subscription}", file="built-in.yml")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn('outputs {"uri":{"type":"string","value":"https://kv-one.vault.localhost/"}}', run.stdout)


if __name__ == "__main__":
    scenario.main()
