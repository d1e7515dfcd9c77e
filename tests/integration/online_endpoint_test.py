#!/usr/bin/env python3
"""Online endpoints and deployments made by aml-submit, as `az ml online-endpoint create` and `online-deployment create` do:
no traffic moves, and a model described in place becomes an anonymous one."""

from bad_input import deploy_aks
from support import scenario, workload

DEPLOYMENT = deploy_aks.DEPLOYMENT.replace("azureml:m@latest", "\n  path: model")
FILES = {"endpoint.yml": deploy_aks.ENDPOINT, "deployment.yml": DEPLOYMENT, "src/score.py": deploy_aks.SCORE,
         "model/model.bin": "weights\n"}


class OnlineEndpoint(scenario.Scenario):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator()
        workload.prepare(self.emulator)
        for name, text in FILES.items():
            self.write(name, text)

    def create(self):
        return self.agent.run("aml-submit", {**self.emulator.azure_inputs(), "jobFile": "deployment.yml\nendpoint.yml"})

    def test_a_repetition_changes_nothing_and_keeps_the_traffic(self):
        workspace = self.emulator.workspace()
        outcome = self.create()
        self.assert_succeeded(outcome)
        self.assertTrue(outcome.variables["endpointId"].endswith("/onlineEndpoints/iris-dev"))
        self.assertTrue(outcome.variables["deploymentId"].endswith("/deployments/blue"))
        endpoint = workspace.ask("onlineEndpoints/iris-dev")
        self.assertEqual(endpoint["properties"]["traffic"], {})
        body = {name: endpoint[name] for name in ("location", "properties")}
        workspace.ask("onlineEndpoints/iris-dev", "PUT", {**body, "properties": {"authMode": "Key", "traffic": {"blue": 100}}})
        self.assert_succeeded(self.create())
        self.assertEqual(workspace.ask("onlineEndpoints/iris-dev")["properties"]["traffic"], {"blue": 100})
        model = workspace.ask("onlineEndpoints/iris-dev/deployments/blue")["properties"]["model"]
        self.assertRegex(model, r"/models/[0-9a-f]{64}/versions/1$")


if __name__ == "__main__":
    scenario.main()
