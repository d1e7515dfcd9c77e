"""The kinds of YAML files: how the SDK creates each, and what the table of results calls it."""

import pathlib
import re
from dataclasses import dataclass

import yaml


@dataclass(frozen=True)
class Kind:
    name: str        # as the report calls it
    load: str        # azure.ai.ml.<load>
    operations: str  # MLClient.<operations>
    segment: str     # of the resource's path below the workspace

    @property
    def own_path(self):
        """The pattern of the path, below the workspace, of what the file describes."""
        if self.segment in ASSETS:
            return rf"{self.segment}/(?!CliV2Anonymous|azureml_anonymous)[^/]+/versions/[^/]+$"
        return rf"{self.segment}/[^/]+" + (r"/deployments/[^/]+$" if "deployment" in self.name else "$")

    @property
    def companions(self):
        """The pattern of paths that only our side writes: a deployment comes with its endpoint."""
        return r"onlineEndpoints/" if self.segment == "onlineEndpoints" else r"(?!)"


ASSETS = ("data", "environments", "models", "components")
JOB_TYPES = {"command": "command job", "pipeline": "pipeline job", "sweep": "sweep job", "parallel": "parallel job",
             "automl": "automl job", "spark": "spark job", "import": "import job",
             "data_transfer": "data transfer job"}
DATASTORES = ("azureBlob", "azureFile", "azureDataLakeGen1", "azureDataLakeGen2", "oneLake")
COMPUTES = ("amlCompute", "computeInstance", "vmCompute", "kubernetesCompute", "synapseSparkCompute")

_FIXED = {
    "data": Kind("data", "load_data", "data", "data"),
    "environment": Kind("environment", "load_environment", "environments", "environments"),
    "model": Kind("model", "load_model", "models", "models"),
    "schedule": Kind("schedule", "load_schedule", "schedules", "schedules"),
    "monitorSchedule": Kind("schedule", "load_schedule", "schedules", "schedules"),
    "batchEndpoint": Kind("batch endpoint", "load_batch_endpoint", "batch_endpoints", "batchEndpoints"),
    "onlineEndpoint": Kind("online endpoint", "load_online_endpoint", "online_endpoints", "onlineEndpoints"),
    "onlineDeployment": Kind("online deployment", "load_online_deployment", "online_deployments", "onlineEndpoints"),
    "batchDeployment": Kind("batch deployment", "load_batch_deployment", "batch_deployments", "batchEndpoints"),
    "modelBatchDeployment": Kind("batch deployment", "load_model_batch_deployment", "batch_deployments",
                                 "batchEndpoints"),
    "pipelineComponentBatchDeployment": Kind("batch deployment", "load_pipeline_component_batch_deployment",
                                             "batch_deployments", "batchEndpoints"),
}


def _words(camel):
    return re.sub(r"([a-z])([A-Z])", r"\1 \2", camel).lower()


def kind_of_schema(schema, document):
    """The kind that a schema's name stands for, by the document's `type` where the schema says too little; None for
    what neither Azure ML's REST API nor this product creates (workspaces, prompt flows)."""
    if re.fullmatch(r"(managed|kubernetes)Online(Endpoint|Deployment)", schema):
        schema = "online" + schema.split("Online")[1]
    if schema == "batchDeployment":  # as the CLI chooses
        schema = {"model": "modelBatchDeployment", "pipeline": "pipelineComponentBatchDeployment"}.get(
            document.get("type"), schema)
    if schema in _FIXED:
        return _FIXED[schema]
    if schema in DATASTORES:
        return Kind("datastore", "load_datastore", "datastores", "datastores")
    if schema in COMPUTES:
        return Kind("compute", "load_compute", "compute", "computes")
    if schema.endswith("Component"):
        return Kind(_words(schema), "load_component", "components", "components")
    if schema.lower().endswith("job") or schema.startswith("autoML"):
        name = JOB_TYPES.get(str(document.get("type", "")), _words(schema))
        return Kind(name, "load_job", "jobs", "jobs")
    return None


def schema_of(document):
    return str(document.get("$schema", "")).rsplit("/", 1)[-1].split(".")[0]


def cases(folder):
    """(file relative to the folder, kind) of each file that CASES.txt lists, or else of every YAML file with a schema."""
    listing = folder / "CASES.txt"
    if listing.exists():
        rows = [line.split("\t") for line in listing.read_text(encoding="utf-8").splitlines() if line.strip()]
    else:
        rows = [("", str(file.relative_to(folder))) for file in sorted(folder.rglob("*.y*ml"))]
    found = []
    for label, name in rows:
        document = read(folder / name)
        kind = kind_of_schema(label or schema_of(document), document)
        if kind:
            found.append((name, kind))
    return found


def read(file: pathlib.Path):
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    return document if isinstance(document, dict) else {}


def own_paths(kind, document):
    """Paths below the workspace that must not exist yet: what the document creates."""
    name = str(document.get("name", ""))
    if kind.segment == "jobs":
        return ["jobs"]
    if kind.segment in ("onlineEndpoints", "batchEndpoints") and "deployment" in kind.name:
        return [f"{kind.segment}/{document.get('endpoint_name', '')}/deployments"]
    return [f"{kind.segment}/{name}"] if name else []
