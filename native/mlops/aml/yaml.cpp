#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/yaml.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <optional>

namespace mlops::aml {

namespace {

constexpr std::string_view k_name_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

// Jobs of these types can be components too.
constexpr std::string_view k_component_types[] = {"command", "parallel", "pipeline", "data_transfer", "spark"};

// Deployments with one of these run over stored data.
constexpr const char* k_batch_keys[] = {"settings",       "mini_batch_size", "output_action",
                                        "retry_settings", "component",       "compute"};

struct KindRow {
  Kind kind;
  const char* name;               ///< for messages
  const char* schema;             ///< the file name of `$schema`
  const char* type;               ///< the value of `type`; empty where other kinds share it
  std::vector<std::string> keys;  ///< keys that no kind further down the table has
};

const std::vector<KindRow>& kind_table() {
  static const std::vector<KindRow> table = {
      {Kind::schedule, "a schedule", "schedule", "", {"create_job", "create_monitor", "import_data"}},
      {Kind::schedule, "a schedule", "monitorSchedule", "", {}},
      {Kind::schedule, "a schedule", "jobSchedule", "", {}},
      {Kind::pipeline_job, "a pipeline job", "pipelineJob", "pipeline", {"jobs", "settings"}},
      {Kind::sweep_job, "a sweep job", "sweepJob", "sweep", {"trial", "search_space"}},
      {Kind::automl_job, "an AutoML job", "autoMLJob", "automl", {}},
      {Kind::automl_job, "an AutoML job", "autoMLClassificationJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLRegressionJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLForecastingJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLNLPTextClassificationJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLNLPTextClassificationMultilabelJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLNLPTextNERJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLImageClassificationJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLImageClassificationMultilabelJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLImageObjectDetectionJob", "", {}},
      {Kind::automl_job, "an AutoML job", "autoMLImageInstanceSegmentationJob", "", {}},
      {Kind::spark_job, "a Spark job", "sparkJob", "spark", {"py_files", "jars"}},
      {Kind::component, "a component", "commandComponent", "", {"is_deterministic"}},
      {Kind::component, "a component", "parallelComponent", "", {}},
      {Kind::component, "a component", "pipelineComponent", "", {}},
      {Kind::component, "a component", "sparkComponent", "", {}},
      {Kind::component, "a component", "dataTransferComponent", "", {}},
      {Kind::command_job, "a command job", "commandJob", "command", {"command", "experiment_name"}},
      {Kind::compute, "a compute", "amlCompute", "amlcompute", {"min_instances", "max_instances"}},
      {Kind::compute, "a compute", "kubernetesCompute", "kubernetes", {"resource_id"}},
      {Kind::compute, "a compute", "computeInstance", "computeinstance", {}},
      {Kind::compute, "a compute", "vmCompute", "virtualmachine", {}},
      {Kind::compute, "a compute", "synapseSparkCompute", "synapsespark", {}},
      {Kind::datastore, "a datastore", "azureBlob", "azure_blob", {"container_name"}},
      {Kind::datastore, "a datastore", "azureFile", "azure_file", {"file_share_name"}},
      {Kind::datastore, "a datastore", "azureDataLakeGen1", "azure_data_lake_gen1", {"store_name"}},
      {Kind::datastore, "a datastore", "azureDataLakeGen2", "azure_data_lake_gen2", {"filesystem"}},
      {Kind::datastore, "a datastore", "oneLake", "one_lake", {"one_lake_workspace_name"}},
      {Kind::batch_deployment, "a batch deployment", "batchDeployment", "", {}},
      {Kind::batch_deployment, "a batch deployment", "modelBatchDeployment", "", {}},
      {Kind::batch_deployment, "a batch deployment", "pipelineComponentBatchDeployment", "", {}},
      {Kind::batch_endpoint, "a batch endpoint", "batchEndpoint", "", {"defaults"}},
      {Kind::online_deployment, "an online deployment", "onlineDeployment", "", {}},
      {Kind::online_endpoint, "an online endpoint", "onlineEndpoint", "", {}},
      {Kind::online_deployment, "an online deployment", "managedOnlineDeployment", "", {"endpoint_name"}},
      {Kind::online_deployment, "an online deployment", "kubernetesOnlineDeployment", "", {}},
      {Kind::online_endpoint, "an online endpoint", "managedOnlineEndpoint", "", {"auth_mode"}},
      {Kind::online_endpoint, "an online endpoint", "kubernetesOnlineEndpoint", "", {}},
      {Kind::environment, "an environment", "environment", "", {"conda_file", "build", "image", "inference_config"}},
      {Kind::model, "a model", "model", "custom_model", {"flavors"}},
      {Kind::model, "a model", "model", "mlflow_model", {}},
      {Kind::model, "a model", "model", "triton_model", {}},
      {Kind::data, "a data asset", "data", "uri_file", {"path"}},
      {Kind::data, "a data asset", "data", "uri_folder", {}},
      {Kind::data, "a data asset", "data", "mltable", {}},
  };
  return table;
}

// ".../latest/commandJob.schema.json" -> "commandJob"
std::string schema_name(const std::string& schema) {
  std::string name = schema.substr(schema.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

/// Replaces `$(NAME)` by variables; secret ones only below `secrets_below`, a JSON pointer.
class Filler {
 public:
  Filler(const agent::Variables& variables, std::string secrets_below)
      : m_variables(variables), m_secrets_below(std::move(secrets_below)) {}

  std::string operator()(const std::string& text, const core::FilePlace& place, const std::string& pointer) const {
    std::string filled;
    std::size_t at = 0;
    while (true) {
      const auto begin = text.find("$(", at);
      const auto end = begin == std::string::npos ? begin : text.find(')', begin);
      if (end == std::string::npos) return filled + text.substr(at);
      const std::string name = text.substr(begin + 2, end - begin - 2);
      const bool escaped = begin > at && text[begin - 1] == '$';
      filled += text.substr(at, begin - at - (escaped ? 1 : 0));
      at = end + 1;
      if (escaped || name.empty() || name.find_first_not_of(k_name_characters) != std::string::npos) {
        at = begin + 2;
        filled += "$(";
      } else {
        filled += value_of(name, place, pointer);
      }
    }
  }

 private:
  bool may_hold_secret(const std::string& pointer) const {
    return !m_secrets_below.empty() && pointer.rfind(m_secrets_below, 0) == 0;
  }

  std::string value_of(const std::string& name, const core::FilePlace& place, const std::string& pointer) const {
    if (const auto value = m_variables.find(name)) return *value;
    if (const auto secret = m_variables.find_secret(name)) {
      if (may_hold_secret(pointer)) return secret->reveal();
      throw core::Error("variable-secret",
                        fmt::format("the variable \"{}\" is secret and would end up in the definition that Azure ML "
                                    "shows to everyone in the workspace.",
                                    name),
                        place, "Keep the secret in the workspace's key vault and read it in the job.");
    }
    const auto nearest = core::nearest(name, m_variables.names());
    throw core::Error("variable-unknown",
                      fmt::format("unknown variable \"{}\"{}", name, nearest ? core::did_you_mean(nearest) : "."),
                      place, fmt::format("Set it in the pipeline, or write $$({}) for the text $({}).", name, name));
  }

  const agent::Variables& m_variables;
  std::string m_secrets_below;
};

std::string text_of(const document::Node& root, const char* key) {
  const auto node = root.find(key);
  return node && node->is_string() ? node->as_string() : std::string();
}

std::optional<Kind> kind_by_schema(const std::string& schema) {
  for (const auto& row : kind_table()) {
    if (core::equals_ignoring_case(schema, row.schema)) return row.kind;
  }
  return std::nullopt;
}

std::optional<Kind> kind_by_content(const document::Node& root) {
  const std::string type = core::to_lower(text_of(root, "type"));
  if (root.find("endpoint_name")) {
    const bool batch = std::any_of(std::begin(k_batch_keys), std::end(k_batch_keys),
                                   [&root](const char* key) { return root.find(key).has_value(); });
    return batch || type == "model" || type == "pipeline" ? Kind::batch_deployment : Kind::online_deployment;
  }
  // Jobs have no version, components no compute.
  const bool component_type =
      std::find(std::begin(k_component_types), std::end(k_component_types), type) != std::end(k_component_types);
  if (component_type && root.find("name") && root.find("version") && !root.find("compute")) return Kind::component;
  for (const auto& row : kind_table()) {
    if (!type.empty() && type == row.type) return row.kind;
  }
  for (const auto& row : kind_table()) {
    for (const auto& key : row.keys) {
      if (root.find(key)) return row.kind;
    }
  }
  return std::nullopt;
}

std::optional<Kind> known_kind(const document::Node& root) {
  const std::string schema = schema_name(text_of(root, "$schema"));
  return schema.empty() ? kind_by_content(root) : kind_by_schema(schema);
}

// What the SDK has a schema for, but neither it nor the service can run alone.
constexpr std::string_view k_only_steps[] = {"parallelJob",
                                             "parallel",
                                             "importJob",
                                             "import",
                                             "dataTransferCopyJob",
                                             "data_transfer",
                                             "dataTransferImportJob",
                                             "dataTransferExportJob"};

// The key that says it is such a job.
std::optional<const char*> only_a_step(const document::Node& root) {
  const std::string schema = schema_name(text_of(root, "$schema"));
  const std::string type = text_of(root, "type");
  for (const auto step : k_only_steps) {
    if (core::equals_ignoring_case(schema, step)) return "$schema";
    if (schema.empty() && core::equals_ignoring_case(type, step)) return "type";
  }
  return std::nullopt;
}

// Where the service keeps what stands in the document as a secret.
std::string secrets_of(const document::Node& root) {
  return known_kind(root) == Kind::datastore ? "/credentials/" : "";
}

}  // namespace

std::string kind_name(Kind kind) {
  const auto& table = kind_table();
  return std::find_if(table.begin(), table.end(), [kind](const KindRow& row) { return row.kind == kind; })->name;
}

bool is_job(Kind kind) {
  constexpr Kind k_jobs[] = {Kind::command_job, Kind::sweep_job, Kind::spark_job, Kind::automl_job, Kind::pipeline_job};
  return std::find(std::begin(k_jobs), std::end(k_jobs), kind) != std::end(k_jobs);
}

std::filesystem::path YamlFile::local_path(const std::string& path) const {
  return resolve_path(folder(), path);
}

std::filesystem::path resolve_path(const std::filesystem::path& folder, const std::string& path) {
  constexpr std::string_view k_file = "file:";
  std::string local = path.rfind(k_file, 0) == 0 ? path.substr(k_file.size()) : path;
  if (local.rfind("//", 0) == 0) local.erase(0, 2);
  std::filesystem::path absolute = std::filesystem::absolute(folder / local).lexically_normal();
  if (!absolute.has_filename() && absolute != absolute.root_path()) absolute = absolute.parent_path();
  return absolute;
}

YamlFile parse_yaml(const std::string& text, const std::filesystem::path& file, const agent::Variables& variables,
                    const Overrides& overrides) {
  YamlFile yaml;
  yaml.m_file = file;
  yaml.m_document = std::make_shared<document::Document>(document::Document::parse(text, file.string()));
  yaml.m_document->merge(document::Document::parse(overrides.parameters, "parameters"));
  for (const auto& [path, value] : overrides.values) yaml.m_document->set(path, value, "set " + path);
  yaml.m_document->transform_strings(Filler(variables, secrets_of(yaml.root())));
  if (!yaml.root().is_mapping()) {
    throw yaml.root().error("type-wrong", "the file must hold a mapping of keys and values.");
  }
  return yaml;
}

YamlFile load_yaml(const std::filesystem::path& file, const agent::Variables& variables, const Overrides& overrides) {
  return parse_yaml(core::read_file(file), file, variables, overrides);
}

Kind kind_of(const YamlFile& file) {
  const document::Node root = file.root();
  const std::string schema = schema_name(text_of(root, "$schema"));
  if (const auto kind = known_kind(root)) return *kind;
  std::vector<std::string> names;
  for (const auto& row : kind_table()) {
    if (std::find(names.begin(), names.end(), row.name) == names.end()) names.emplace_back(row.name);
  }
  if (const auto key = only_a_step(root)) {
    throw root.at(*key).error("kind-unknown",
                              fmt::format("Azure ML runs \"{}\" only as a step of a pipeline.",
                                          *key == std::string_view("type") ? text_of(root, "type") : schema),
                              "Write a file of `type: pipeline` with this below `jobs:`.");
  }
  throw core::Error("kind-unknown",
                    schema.empty() ? "the file doesn't say what it describes."
                                   : fmt::format("\"{}\" can't be created by this task.", schema),
                    schema.empty() ? root.place() : root.at("$schema").place(),
                    fmt::format("Set `$schema` or `type`. Known are {}.", fmt::join(names, ", ")));
}

}  // namespace mlops::aml
