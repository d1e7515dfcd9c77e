#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/job_records.hpp>
#include <mlops/emulator/history/run_view.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_output_mark = "_output_data_";
constexpr std::string_view k_asset_prefix = "azureml_";

std::string status_of_mlflow(const std::string& status) {
  if (status == "FINISHED") return "Completed";
  if (status == "FAILED") return "Failed";
  if (status == "KILLED") return "Canceled";
  return status == "SCHEDULED" ? "NotStarted" : "Running";
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

std::string run_type(const json::object& properties) {
  const json::object* own = object_at(properties, "properties");
  const std::string source = own ? text_at(*own, "azureml.runsource") : "";
  if (!source.empty()) return source;
  return core::equals_ignoring_case(text_at(properties, "jobType"), "pipeline") ? "azureml.PipelineRun"
                                                                                : "azureml.scriptrun";
}

// Texts only, as the history has them.
json::object texts_at(const json::object& properties, const char* name) {
  json::object texts;
  if (const json::object* all = object_at(properties, name)) {
    for (const auto& [key, value] : *all) texts[key] = value.is_string() ? value : json::value(json::serialize(value));
  }
  return texts;
}

std::string asset_type(const std::string& type) {
  if (type == "custom_model") return "CustomModel";
  if (type == "mlflow_model") return "MLFlowModel";
  if (type == "triton_model") return "TritonModel";
  return type;
}

}  // namespace

std::string HistoryRun::status() const {
  const json::object* properties = job ? job->find_properties() : nullptr;
  return properties ? text_at(*properties, "status") : status_of_mlflow(run.status);
}

std::string HistoryRun::created() const {
  return job ? job->created : iso_time(run.start);
}

std::optional<HistoryRun> find_history_run(Context& context, const Runs& runs, const Workspace& workspace,
                                           const std::string& id) {
  auto run = runs.find(workspace.id, id);
  if (!run) return std::nullopt;
  HistoryRun found{.workspace = workspace, .run = std::move(*run), .job = {}};
  if (found.run.is_job) found.job = context.store.find({workspace.id, "jobs", id});
  return found;
}

json::object run_json(const Context& context, const HistoryRun& history) {
  const Run& run = history.run;
  const json::object properties = history.job ? *history.job->find_properties() : json::object();
  const std::string parent = run.tag(k_parent_run_tag);
  const std::string root = run.tag(k_root_run_tag);
  json::object tags;
  for (const auto& [key, value] : run.tags) {
    if (!key.starts_with("mlflow.")) tags[key] = value;
  }
  for (const auto& [key, value] : texts_at(properties, "tags")) tags[key] = value;
  json::object services;
  if (const json::object* stored = object_at(properties, "services")) {
    for (const auto& [name, service] : *stored) {
      services[name] = {{"type", name}, {"endpoint", text_at(service.as_object(), "endpoint")}, {"status", "Running"}};
    }
  }
  return {{"runId", run.id},
          {"runUuid", run.id},
          {"parentRunId", text_or_null(parent)},
          {"rootRunId", root.empty() ? run.id : root},
          {"runType", history.job ? run_type(properties) : "azureml.mlflow"},
          {"displayName", run.name},
          {"name", nullptr},
          {"description", text_or_null(text_at(properties, "description"))},
          {"status", history.status()},
          {"experimentId", run.experiment},
          {"dataContainerId", "dcid." + run.id},
          {"createdUtc", history.created()},
          {"startTimeUtc", text_or_null(iso_time(run.start))},
          {"endTimeUtc", text_or_null(iso_time(run.end))},
          {"createdBy", {{"userName", context.settings.client_id}, {"userTenantId", context.settings.tenant}}},
          {"target", text_or_null(text_at(properties, "computeId"))},
          {"hidden", flag_at(properties, "isArchived") || run.lifecycle != "active"},
          {"properties", texts_at(properties, "properties")},
          {"tags", std::move(tags)},
          {"services", std::move(services)},
          {"error", error_json(history)},
          {"warnings", json::array()}};
}

json::object log_files(const Context& context, const HistoryRun& history) {
  const std::string container = history.workspace.artifact_container();
  const std::string root = artifact_path(history.run.id);
  json::object files;
  for (const char* folder : {"azureml-logs", "logs", "system_logs", "user_logs"}) {
    for (const auto& blob : context.blobs.list(container, root + '/' + folder + '/')) {
      files[blob.name.substr(root.size() + 1)] = context.signed_blob_url(container, blob.name);
    }
  }
  return files;
}

json::value error_json(const HistoryRun& history) {
  const json::object* properties = history.job ? history.job->find_properties() : nullptr;
  const json::object* error = properties ? object_at(*properties, "error") : nullptr;
  if (!error) return nullptr;
  return {{"error", *error}, {"time", text_or_null(text_at(*properties, "endTime"))}};
}

json::object outputs_json(const HistoryRun& history) {
  json::object outputs;
  const json::object* properties = history.job ? history.job->find_properties() : nullptr;
  const json::object* stored = properties ? object_at(*properties, "outputs") : nullptr;
  if (!stored) return outputs;
  for (const auto& [name, value] : *stored) {
    const json::object* output = value.if_object();
    if (!output || text_at(*output, "uri").empty()) continue;
    const std::string type = asset_type(core::to_lower(text_at(*output, "jobOutputType")));
    outputs[name] = {{"assetId", fmt::format("azureml://locations/local/workspaces/{}/{}/{}{}{}{}/versions/1",
                                             history.workspace.guid, type.ends_with("Model") ? "models" : "data",
                                             k_asset_prefix, history.run.id, k_output_mark, std::string(name))},
                     {"type", type.empty() ? "uri_folder" : type}};
  }
  return outputs;
}

std::optional<ResolvedOutput> resolve_asset_id(const Context& context, const Workspace& workspace,
                                               const std::string& id) {
  const auto parts = core::split(id, '/');
  if (parts.size() < 4 || parts[parts.size() - 2] != "versions") return std::nullopt;
  const std::string& name = parts[parts.size() - 3];
  const std::string& kind = parts[parts.size() - 4];
  const auto mark = name.rfind(k_output_mark);
  if (name.starts_with(k_asset_prefix) && mark != std::string::npos) {
    const std::string job_name = name.substr(k_asset_prefix.size(), mark - k_asset_prefix.size());
    const auto job = context.store.find({workspace.id, "jobs", job_name});
    const json::object* outputs = job ? object_at(*job->find_properties(), "outputs") : nullptr;
    const json::object* output = outputs ? object_at(*outputs, name.substr(mark + k_output_mark.size())) : nullptr;
    if (output) return ResolvedOutput{text_at(*output, "uri"), text_at(*output, "jobOutputType")};
  }
  const auto asset = context.store.find({workspace.id, kind, name, parts.back()});
  if (!asset) return std::nullopt;
  const json::object& properties = *asset->find_properties();
  if (kind == "models") return ResolvedOutput{text_at(properties, "modelUri"), text_at(properties, "modelType")};
  return ResolvedOutput{text_at(properties, "dataUri"), text_at(properties, "dataType")};
}

}  // namespace mlops::emulator
