"""The example's pipeline, both environments of it, with given tasks and a given Node."""

import json
import os
import shutil
import subprocess

from agents import machines
from support.emulator import Emulator
from support.places import EXAMPLE

MODEL = "breast-cancer"
STAGES = ["Train_DEV", "Deploy_DEV", "Train_PRD", "Deploy_PRD"]


class Broken(Exception):
    """The pipeline did not do on the machine what it should."""


def run(node, tasks, binaries, work):
    """`binaries` holds aml-emulator and pipeline-run. Throws Broken."""
    own = work / "bin"
    own.mkdir()
    for program in ("aml-emulator", "pipeline-run"):
        shutil.copy(binaries / program, own)  # away from the source tree, whose tasks pipeline-run would find beside it
    os.environ["MLOPS_BIN"] = str(own)
    with Emulator(work / "emulator") as emulator:
        _run_pipeline(node, tasks, own, work, emulator)
        for environment in ("dev", "prd"):
            _check_service(emulator.workspace(f"mlops-{environment}"), f"{MODEL}-{environment}")


def _run_pipeline(node, tasks, binaries, work, emulator):
    command = [binaries / "pipeline-run", EXAMPLE / "azure-pipelines.yml", "--node", node, "--output", work / "run", "--build-id", "1",
               "--connection", f"azure-mlops={emulator.connection_file}", *(word for task in tasks for word in ("--tasks", task))]
    log = work / "pipeline-run.log"
    with open(log, "wb") as output:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=machines.environment(),
                              check=False).returncode
    text = log.read_text(encoding="utf-8", errors="replace")
    if code:
        errors = [line for line in text.splitlines() if "##[error]" in line]
        raise Broken("\n".join(["the pipeline failed:", *errors, "the end of its log:", *text.splitlines()[-30:]]))
    stages = {stage["name"]: stage["result"] for stage in json.loads((work / "run" / "run.json").read_text())["stages"]}
    if stages != dict.fromkeys(STAGES, "Succeeded"):
        raise Broken(f"the stages ended as {stages}\n{text}")


def _check_service(workspace, endpoint):
    """One version, in production, and all of the endpoint's traffic on its deployment."""
    versions = workspace.names(f"models/{MODEL}/versions")
    tags = [workspace.ask(f"models/{MODEL}/versions/{version}")["properties"]["tags"].get("stage") for version in versions]
    deployments = workspace.names(f"onlineEndpoints/{endpoint}/deployments")
    traffic = (workspace.ask(f"onlineEndpoints/{endpoint}") or {"properties": {}})["properties"].get("traffic")
    if (versions, tags, traffic) != (["1"], ["production"], {name: 100 for name in deployments}) or len(deployments) != 1:
        raise Broken(f"{endpoint} has the versions {versions}, tagged {tags}, and serves {traffic} of {deployments}.")
