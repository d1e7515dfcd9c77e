"""The official azure-ai-ml SDK, unmodified, against `aml-emulator --tls`: everything the example needs, from the workspace
to an answered scoring request.

Usage: sdk_conformance.py EMULATOR
"""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
EXAMPLE = REPOSITORY / "examples" / "breast-cancer"
VARIABLES = {"AML_COMPUTE": "cpu-cluster", "AML_COMPUTE_SIZE": "Standard_DS3_v2", "AML_COMPUTE_MAX_INSTANCES": "2",
             "ENDPOINT_NAME": "breast-cancer-sdk", "INSTANCE_TYPE": "Standard_DS2_v2", "INSTANCE_COUNT": "1"}


def step(title):
    print(f"== {title}", flush=True)


@contextlib.contextmanager
def running_emulator(program, folder):
    """Starts the emulator, yields the variables of its connection file, ends it by its id."""
    process = subprocess.Popen([program, "--data", str(folder / "data"), "--tls"], stdout=subprocess.PIPE, text=True,
                               stderr=open(folder / "emulator.err", "w", encoding="utf-8"))
    try:
        ready = process.stdout.readline()
        assert ready.startswith("aml-emulator ready: https://"), ready
        variables = {}
        for line in (folder / "data" / "connection.env").read_text().splitlines():
            if not line.startswith("#") and "=" in line:
                name, value = line.split("=", 1)
                variables[name] = value.strip("'")
        yield variables
    finally:
        process.terminate()
        process.wait(timeout=30)


def trust(variables):
    """Makes the emulator's certificate known to the SDKs, and leads past any proxy."""
    os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = variables["AGENT_CAINFO"]
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        os.environ.pop(name, None)


def client(variables):
    """An MLClient on the emulator: only what a custom cloud needs, no patch of the SDK."""
    connection = variables["MLOPS_EMULATOR_CONNECTION"]
    url = variables["MLOPS_EMULATOR_URL"]
    trust(variables)
    os.environ["ARM_CLOUD_METADATA_URL"] = f"{url}/metadata/endpoints?api-version=2019-05-01"
    os.environ["AZUREML_RUN_POLLING_INTERVAL_MIN"] = os.environ["AZUREML_RUN_POLLING_INTERVAL_MAX"] = "1"
    os.environ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL"] = "true"
    os.environ["AZURE_ML_CLI_PRIVATE_FEATURES_ENABLED"] = "false"
    from azure.ai.ml import MLClient
    from azure.identity import ClientSecretCredential

    def parameter(name):
        return variables[f"ENDPOINT_AUTH_PARAMETER_{connection}_{name}"]

    credential = ClientSecretCredential(parameter("TENANTID"), parameter("SERVICEPRINCIPALID"),
                                        parameter("SERVICEPRINCIPALKEY"), authority=url,
                                        disable_instance_discovery=True)
    return MLClient(credential, variables[f"ENDPOINT_DATA_{connection}_SUBSCRIPTIONID"], "rg-mlops", "mlops-dev",
                    enable_telemetry=False)


def filled(name, folder):
    """A YAML file of the example with its $(NAME) tokens replaced, beside what it refers to."""
    text = re.sub(r"\$\((\w+)\)", lambda match: VARIABLES[match.group(1)], (EXAMPLE / name).read_text())
    file = folder / name
    file.write_text(text)
    return file


def copy_of_example(folder):
    target = folder / "example"
    target.mkdir()
    for name in ("src", "data", "conda.yml", "sample-request.json"):
        (target / name).symlink_to(EXAMPLE / name)
    return target


def check(ml, folder):
    from azure.ai.ml import load_compute, load_data, load_environment, load_job, load_online_deployment, \
        load_online_endpoint
    from azure.ai.ml.entities import Model

    example = copy_of_example(folder)
    step("workspace and default datastore")
    workspace = ml.workspaces.get("mlops-dev")
    assert workspace.name == "mlops-dev" and workspace.discovery_url
    assert ml.datastores.get_default().name == "workspaceblobstore"

    step("compute, data, environment")
    compute = ml.compute.begin_create_or_update(load_compute(filled("compute.yml", example))).result()
    assert compute.provisioning_state == "Succeeded"
    data = ml.data.create_or_update(load_data(filled("data.yml", example)))
    assert ml.data.get(data.name, label="latest").version == data.version
    environment = ml.environments.create_or_update(load_environment(filled("environment.yml", example)))
    assert [found.name for found in ml.environments.list()] == [environment.name]

    step("pipeline job, streamed to its end")
    job = ml.jobs.create_or_update(load_job(filled("pipeline.yml", example)))
    ml.jobs.stream(job.name)
    assert ml.jobs.get(job.name).status == "Completed"
    children = list(ml.jobs.list(parent_job_name=job.name))
    assert sorted(child.display_name for child in children) == [
        "Evaluate the model", "Prepare the data", "Train the model"], [child.display_name for child in children]
    assert job.name in [listed.name for listed in ml.jobs.list()]

    step("outputs")
    ml.jobs.download(job.name, download_path=str(folder / "outputs"), output_name="metrics")
    metrics = json.loads(next((folder / "outputs").rglob("metrics.json")).read_text())
    assert metrics.get("metrics", metrics)["accuracy"] > 0.9, metrics

    step("model of the job's output")
    model = ml.models.create_or_update(Model(name="breast-cancer", type="custom_model",
                                             path=f"azureml://jobs/{job.name}/outputs/model"))
    assert ml.models.get("breast-cancer", label="latest").version == model.version
    ml.models.download("breast-cancer", model.version, download_path=str(folder / "model"))
    assert any(file.is_file() for file in (folder / "model").rglob("*"))

    step("endpoint, deployment, traffic")
    endpoint = ml.online_endpoints.begin_create_or_update(load_online_endpoint(filled("endpoint.yml", example))).result()
    deployment = ml.online_deployments.begin_create_or_update(
        load_online_deployment(filled("deployment.yml", example))).result()
    assert deployment.provisioning_state == "Succeeded"
    assert "init" in ml.online_deployments.get_logs(deployment.name, endpoint.name, lines=200)
    endpoint = ml.online_endpoints.get(endpoint.name)
    endpoint.traffic = {deployment.name: 100}
    ml.online_endpoints.begin_create_or_update(endpoint).result()
    assert ml.online_endpoints.get_keys(endpoint.name).primary_key

    step("scoring")
    answer = ml.online_endpoints.invoke(endpoint.name, request_file=str(example / "sample-request.json"))
    predictions = json.loads(answer)
    predictions = json.loads(predictions) if isinstance(predictions, str) else predictions
    assert predictions["predictions"] == ["malignant", "benign"], predictions

    step("clean-up")
    ml.online_endpoints.begin_delete(endpoint.name).result()
    assert list(ml.online_endpoints.list()) == []

    step("cancel")
    from azure.ai.ml import command
    slow = ml.jobs.create_or_update(command(command="sleep 600", environment=f"{environment.name}:{environment.version}",
                                            compute="cpu-cluster", experiment_name="cancel"))
    while ml.jobs.get(slow.name).status in ("NotStarted", "Preparing", "Queued", "Starting"):
        time.sleep(0.5)
    ml.jobs.begin_cancel(slow.name).result()
    assert ml.jobs.get(slow.name).status == "Canceled"


def main(emulator):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            with running_emulator(emulator, folder) as variables:
                check(client(variables), folder)
        except BaseException:
            print("-- the end of the emulator's log")
            print("\n".join((folder / "emulator.err").read_text().splitlines()[-40:]))
            raise
    print("the SDK works with the emulator")


if __name__ == "__main__":
    main(*sys.argv[1:])
