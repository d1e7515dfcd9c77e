#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/scheduled_job.hpp>
#include <mlops/aml/jobs/naming.hpp>

namespace mlops::aml {

namespace {

constexpr std::string_view k_prefix = "azureml:";
constexpr std::size_t k_longest_experiment = 100;

bool is_registered(const std::string& reference) {
  return reference.rfind(k_prefix, 0) == 0 || reference.rfind("/subscriptions/", 0) == 0;
}

std::string job_id(const Scope& scope, const std::string& reference) {
  const std::string name = reference.rfind(k_prefix, 0) == 0 ? reference.substr(k_prefix.size()) : reference;
  return name.rfind("/subscriptions/", 0) == 0 ? name : job_path(scope.resolver.workspace_id(), name);
}

// Without an experiment the service would file the runs under "Default".
void name_experiment(json::object& job, const YamlFile& file) {
  std::string stem = file.file().stem().string();
  for (const char* key : {"display_name", "name"}) {
    if (const auto text = file.root().find(key)) stem = text->as_text();
  }
  job.emplace("experimentName", sanitized_job_name(stem, k_longest_experiment));
}

json::value local_job(const Scope& scope, const Node& reference, const document::Document& changes) {
  const auto path = resolve_path(scope.folder, reference.as_string());
  document::Document document = scope.resolver.load(path, reference.place());
  document.merge(changes);
  const YamlFile file(std::move(document), path);
  const Kind kind = kind_of(file);
  constexpr Kind k_kinds[] = {Kind::pipeline_job, Kind::command_job, Kind::spark_job};
  if (std::find(std::begin(k_kinds), std::end(k_kinds), kind) == std::end(k_kinds)) {
    throw reference.error("value-invalid", fmt::format("a schedule can't create {}.", kind_name(kind)),
                          "Make it a step of a pipeline job.");
  }
  Compiled compiled = compile(kind, file, scope.resolver);
  if (compiled.api_version == k_preview_api_version && scope.preview) *scope.preview = true;
  json::object job = std::move(compiled.body.at("properties").as_object());
  name_experiment(job, file);
  return job;
}

json::value registered_job(const Scope& scope, const std::string& reference) {
  // An empty experiment is the registered job's own.
  return {{"jobType", "Pipeline"}, {"sourceJobId", job_id(scope, reference)}, {"experimentName", ""}};
}

json::value changed_registered_job(const Scope& scope, const Node& node, const document::Document& changes) {
  convert::choice({{"pipeline", "Pipeline"}})(scope, node.at("type"));
  json::object job = pipeline_properties(scope.as("a scheduled job"), changes.root());
  json::value& settings = job["settings"];
  if (!settings.is_object()) settings.emplace_object();
  settings.get_object()["_source"] = "YAML.JOB";
  job["sourceJobId"] = job_id(scope, node.at("job").as_string());
  job.emplace("experimentName", "");
  return job;
}

}  // namespace

json::value scheduled_job(const Scope& scope, const Node& node) {
  if (node.is_string()) {
    const std::string reference = node.as_string();
    if (is_registered(reference)) return registered_job(scope, reference);
    return local_job(scope, node, document::Document::parse("{}", scope.what));
  }
  const Node job = node.at("job");
  const document::Document changes = document::Document::of(node, {"job"});
  if (is_registered(job.as_string())) return changed_registered_job(scope, node, changes);
  return local_job(scope, job, changes);
}

}  // namespace mlops::aml
