#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/model-register/lineage.hpp>

namespace mlops::tasks::model_register {

namespace {

// https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources: tag values.
constexpr std::size_t k_longest_tag_value = 256;
constexpr std::size_t k_longest_property_value = 1000;

void put(aml::TextMap& texts, const std::string& name, const std::string& value, std::size_t longest) {
  if (!value.empty()) texts[name] = core::truncate_utf8(value, longest);
}

}  // namespace

std::string registration_key(const Options& options, const std::string& source, const agent::PipelineRun& run) {
  return core::sha256_hex(fmt::format("{}\n{}\n{}\n{}", options.name, options.version, source, run.build_id));
}

aml::NewModel describe(const Options& options, const agent::PipelineRun& run, const GateEvidence& gate,
                       const std::map<std::string, double>& metrics, const std::string& uri, const std::string& key) {
  aml::NewModel model;
  model.name = options.name;
  model.type = options.type;
  model.uri = uri;
  model.description = options.description;

  put(model.tags, "gate", gate.verdict, k_longest_tag_value);
  put(model.tags, "commit", run.commit, k_longest_tag_value);
  put(model.tags, "build", run.build_number, k_longest_tag_value);
  for (const auto& [name, value] : options.tags) put(model.tags, name, value, k_longest_tag_value);

  put(model.properties, "mlops.job", options.job, k_longest_property_value);
  put(model.properties, "mlops.output", options.job.empty() ? "" : options.output, k_longest_property_value);
  put(model.properties, "mlops.commit", run.commit, k_longest_property_value);
  put(model.properties, "mlops.branch", run.branch, k_longest_property_value);
  put(model.properties, "mlops.repository", run.repository, k_longest_property_value);
  put(model.properties, "mlops.build", run.build_number, k_longest_property_value);
  put(model.properties, k_build_id, run.build_id, k_longest_property_value);
  put(model.properties, "mlops.buildUrl", run.url(), k_longest_property_value);
  put(model.properties, "mlops.gateVerdict", gate.verdict, k_longest_property_value);
  for (const auto& [name, value] : metrics) {
    put(model.properties, "metrics." + name, fmt::format("{}", value), k_longest_property_value);
  }
  for (const auto& [name, value] : options.properties) put(model.properties, name, value, k_longest_property_value);
  model.properties[k_registration_key] = key;
  return model;
}

}  // namespace mlops::tasks::model_register
