#!/usr/bin/env python3
"""How long a task takes from its start to its first request, beside Node alone and beside the official Python SDK.

Usage: start.py --bin FOLDER [--sdk-python FILE] [--runs N]. The executables are release builds."""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

from measure import Listener, measure, run_once  # noqa: E402
from support import workload  # noqa: E402
from support.agent import TASK_FOLDERS, environment  # noqa: E402
from support.places import EXAMPLE, REPOSITORY  # noqa: E402
from support.scenario import write  # noqa: E402

CONNECTION = "11111111-2222-4333-8444-555555555555"
ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}
LAUNCH_LIMIT = 0.015  # seconds
AZURE = {"azureSubscription": CONNECTION, "resourceGroup": "rg-mlops", "workspace": "mlops-dev"}

# Import, sign-in object and client, as the scripts of a pipeline do before anything else.
SDK = """
from azure.ai.ml import MLClient
from azure.identity import ClientSecretCredential
credential = ClientSecretCredential("33333333-4444-4555-8666-777777777777", "client", "secret")
MLClient(credential, "22222222-3333-4444-8555-666666666666", "rg-mlops", "mlops-dev")
print("ready", flush=True)
import time; time.sleep(60)
"""


def connection(url):
    """A service connection whose every address is the listener's."""
    parameters = {"SERVICEPRINCIPALID": "client", "SERVICEPRINCIPALKEY": "secret-of-the-benchmark", "AUTHENTICATIONTYPE": "spnKey",
                  "TENANTID": "33333333-4444-4555-8666-777777777777"}
    data = {"SUBSCRIPTIONID": "22222222-3333-4444-8555-666666666666", "ENVIRONMENT": "AzureStack", "ACTIVEDIRECTORYAUTHORITY": f"{url}/",
            "ENVIRONMENTAUTHORITYURL": f"{url}/", "ACTIVEDIRECTORYSERVICEENDPOINTRESOURCEID": f"{url}/"}
    return {f"ENDPOINT_URL_{CONNECTION}": f"{url}/", f"ENDPOINT_AUTH_SCHEME_{CONNECTION}": "ServicePrincipal",
            **{f"ENDPOINT_AUTH_PARAMETER_{CONNECTION}_{name}": value for name, value in parameters.items()},
            **{f"ENDPOINT_DATA_{CONNECTION}_{name}": value for name, value in data.items()}}


def tasks(folder):
    """The inputs of each task; the files are those of the example."""
    write(folder, "model/model.bin", "weights\n")
    for name, text in workload.GOOD_JOB.items():
        write(folder, name, text)
    return {
        "aml-submit": {**AZURE, "jobFile": str(EXAMPLE / "pipeline.yml")},
        "quality-gate": {**AZURE, "rulesFile": str(EXAMPLE / "gates" / "quality.yml"), "jobName": "train-1", "modelName": "breast-cancer"},
        "model-register": {**AZURE, "modelName": "breast-cancer", "modelPath": "model"},
        "deploy-aks": {**AZURE, "endpointFile": str(EXAMPLE / "endpoint.yml"), "deploymentFile": str(EXAMPLE / "deployment.yml"),
                       "sampleRequest": str(EXAMPLE / "sample-request.json"), "modelName": "breast-cancer"},
    }


def stage(task, folder, binaries):
    """The task as it is installed, without execute bits, as an agent unpacks it."""
    staged = folder / "tasks" / task
    shutil.copytree(REPOSITORY / "tasks" / "common", staged)
    shutil.copy(REPOSITORY / "tasks" / TASK_FOLDERS[task] / "launch.json", staged)
    packed = staged / "bin" / f"linux-{ARCHITECTURES[platform.machine()]}"
    packed.mkdir(parents=True)
    shutil.copyfile(binaries / task, packed / task)
    return staged / "launch.js"


def launch_cost(launcher, env, folder, runs):
    """Seconds that a start through the launcher takes longer than Node alone, in turns so that both see the same machine: the
    median of the pairs, and the difference between the least of each."""
    def seconds(*arguments):
        return run_once(["node", *arguments], env, folder, "end", None, False).seconds

    pairs = [(seconds(str(launcher), "--version"), seconds("-e", "0")) for _ in range(runs + 2)][2:]
    return statistics.median(ours - node for ours, node in pairs), min(ours for ours, _ in pairs) - min(node for _, node in pairs)


def measure_launcher(arguments, folder):
    """The cost of the launcher with each task."""
    env = environment(folder, {}, {}, {})
    for task in TASK_FOLDERS:
        launcher = stage(task, folder, pathlib.Path(arguments.bin).resolve())
        yield task, launch_cost(launcher, env, folder, arguments.runs)


def measure_all(arguments, folder):
    binaries = pathlib.Path(arguments.bin).resolve()
    variables = {"AML_COMPUTE": "cpu-cluster", "ENDPOINT_NAME": "breast-cancer-dev", "INSTANCE_TYPE": "Standard_DS2_v2",
                 "INSTANCE_COUNT": "1"}
    listener = Listener()
    common = {"folder": folder, "runs": arguments.runs}
    configuration = {"files": f"{EXAMPLE}/configuration/common.yml\n{EXAMPLE}/configuration/infra-{{environment}}.yml", "environment": "DEV"}
    yield measure("config-resolve", [str(binaries / "config-resolve")], until="end",
                  environment=environment(folder, configuration, {}, {}), **common)
    for task, inputs in tasks(folder).items():
        env = environment(folder, inputs, connection(listener.url), variables)
        yield measure(f"{task} --version", [str(binaries / task), "--version"], until="end", environment=env, **common)
        yield measure(task, [str(binaries / task)], until="first request", listener=listener, environment=env, **common)
        if task == "aml-submit" and shutil.which("node"):
            launcher = stage(task, folder, binaries)
            yield measure("aml-submit through launch.js", ["node", str(launcher)], until="first request", listener=listener,
                          environment=env, **common)
    listener.close()
    own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    if shutil.which("node"):
        yield measure("node -e 0", ["node", "-e", "0"], until="end", environment=own, **common)
    if arguments.sdk_python:
        yield measure("azure-ai-ml: import, build MLClient", [arguments.sdk_python, "-c", SDK], until="ready", environment=own,
                      folder=folder, runs=max(3, arguments.runs // 4), warm=1)


def table(results):
    """Rows of text; the ratios say how many times longer the SDK and Node take.

    The column "own" is without what loading the executable and its libraries takes, which its --version shows."""
    by_name = {result.name: result for result in results}
    node = by_name.get("node -e 0")
    sdk = next((result for result in results if result.name.startswith("azure-ai-ml")), None)
    rows = [("program", "until", "median", "own", "slowest", "CPU", "max RSS", "of Node", "SDK takes")]
    for result in results:
        load = by_name.get(f"{result.name} --version")
        rows.append((result.name, result.until, f"{result.seconds * 1000:.1f} ms",
                     f"{(result.seconds - load.seconds) * 1000:.1f} ms" if load else "-", f"{result.spread * 1000:.1f} ms",
                     f"{result.processor * 1000:.1f} ms", f"{result.memory / 2**20:.1f} MB",
                     f"{result.seconds / node.seconds:.2f} x" if node else "-",
                     f"{sdk.seconds / result.seconds:.0f} x" if sdk and result is not sdk else "-"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                       for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="folder with the executables")
    parser.add_argument("--sdk-python", help="a Python that has azure-ai-ml")
    parser.add_argument("--runs", type=int, default=20, help="timed runs of each program (default: %(default)s)")
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlops-bench-") as folder, tempfile.TemporaryDirectory(prefix="mlops-bench-") as launchers:
        results = list(measure_all(arguments, pathlib.Path(folder)))
        costs = dict(measure_launcher(arguments, pathlib.Path(launchers))) if shutil.which("node") else {}
    print(table(results))
    for task, (median, least) in costs.items():
        verdict = "at most" if median <= LAUNCH_LIMIT else "MORE THAN"
        print(f"{task} --version through launch.js takes {median * 1000:.1f} ms longer than node -e 0 (median of {arguments.runs} pairs): "
              f"{verdict} {LAUNCH_LIMIT * 1000:.0f} ms; between the least of each {least * 1000:.1f} ms")
    if arguments.json:
        launch = [{"name": f"{task}: launch.js less node -e 0", "until": "end", "median": median, "least": least}
                  for task, (median, least) in costs.items()]
        figures = [{"name": result.name, "until": result.until, "seconds": result.seconds, "processor": result.processor,
                    "memory": result.memory} for result in results]
        pathlib.Path(arguments.json).write_text(json.dumps(figures + launch, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
