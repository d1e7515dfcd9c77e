#include <fmt/format.h>

#include <algorithm>
#include <mlops/config/configuration.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/tasks/config-resolve/arm_parameters.hpp>
#include <mlops/tasks/config-resolve/files.hpp>
#include <mlops/tasks/config-resolve/listing.hpp>
#include <mlops/tasks/config-resolve/options.hpp>
#include <mlops/tasks/config-resolve/run.hpp>

namespace mlops::tasks::config_resolve {

namespace {

using config::Configuration;
using config::Layer;
using config::Variable;

// An environment that changes nothing is a misspelling, or the wrong file.
void require_environment(const Options& options, const std::vector<Layer>& layers) {
  if (options.environment.empty()) return;
  if (std::any_of(options.files.begin(), options.files.end(), names_environment)) return;
  std::vector<std::string> known;
  for (const auto& layer : layers) known.insert(known.end(), layer.environments.begin(), layer.environments.end());
  for (const auto& name : known) {
    if (core::equals_ignoring_case(name, options.environment)) return;
  }
  throw core::Error("environment-unknown",
                    fmt::format("none of the files has values for the environment \"{}\"{}", options.environment,
                                core::did_you_mean(core::nearest(options.environment, known))),
                    {},
                    known.empty() ? "Add environments: to one of them, or name a file with {environment} in its name."
                                  : fmt::format("Environments in the files: {}.", fmt::join(known, ", ")));
}

std::vector<Layer> load_layers(const Options& options, const agent::Variables& variables) {
  const std::string here = std::filesystem::current_path().string();
  const config::LayerOptions layer_options{options.environment, variables.get("Build.SourcesDirectory", here)};
  std::vector<Layer> layers;
  for (const auto& file : layer_files(options.files, options.environment)) {
    layers.push_back(config::load_layer(file, layer_options));
  }
  require_environment(options, layers);
  if (!options.overrides.empty()) layers.push_back(config::make_layer(options.overrides, k_overrides_origin));
  return layers;
}

config::Outside pipeline_variables(const agent::Variables& variables) {
  const auto find = [&variables](const std::string& name) -> std::optional<config::Known> {
    if (const auto secret = variables.find_secret(name)) return config::Known{secret->reveal(), true};
    if (const auto value = variables.find(name)) return config::Known{*value, false};
    return std::nullopt;
  };
  const auto names = variables.names();
  return {find, {names.begin(), names.end()}};
}

bool has_prefix(const std::string& name, const std::string& prefix) {
  return core::equals_ignoring_case(name.substr(0, prefix.size()), prefix);
}

/// The variables that the pipeline gets; all their names are known to be legal.
std::vector<Variable> chosen_variables(const Configuration& configuration, const std::string& prefix) {
  std::vector<Variable> chosen;
  for (const auto& variable : configuration.variables()) {
    if (!has_prefix(variable.name, prefix)) continue;
    config::require_settable(variable.name, variable.name_place);
    chosen.push_back(variable);
  }
  return chosen;
}

void set_one(agent::Log& log, const Variable& variable, bool is_output) {
  if (variable.secret) {
    log.set_secret_variable(variable.name, core::Secret(variable.value), is_output);
  } else {
    log.set_variable(variable.name, variable.value, is_output);
  }
}

void publish(agent::Services& services, const Options& options, const std::vector<Variable>& variables) {
  // Without an agent there is no job to set variables of, and the log would show each of them twice.
  const bool has_job = core::equals_ignoring_case(services.variables.get("TF_BUILD"), "true");
  for (const auto& variable : variables) {
    set_one(services.log, variable, true);
    if (options.set_variables && has_job) set_one(services.log, variable, false);
  }
}

std::string heading(const Options& options, const std::vector<Layer>& layers, const Configuration& configuration) {
  std::vector<std::string> files;
  files.reserve(layers.size());
  for (const auto& layer : layers) files.push_back(layer.file);
  const std::size_t count = configuration.variables().size();
  return fmt::format("{} variable{}{} from {}", count, count == 1 ? "" : "s",
                     options.environment.empty() ? "" : " for " + options.environment, core::join(files, ", "));
}

}  // namespace

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  agent::Log& log = services.log;
  const Options options = read_options(inputs);
  const std::vector<Layer> layers = load_layers(options, services.variables);
  const Configuration configuration =
      Configuration::resolve(layers, pipeline_variables(services.variables), options.secrets);
  for (const auto& variable : configuration.variables()) {
    if (variable.secret) log.add_secret(core::Secret(variable.value));
  }
  log.section(heading(options, layers, configuration));
  log.info(table_of(configuration));
  configuration.require(options.required);
  const std::vector<Variable> chosen = chosen_variables(configuration, options.prefix);
  if (chosen.empty() && !options.prefix.empty()) {
    log.warning(fmt::format("no variable begins with the prefix \"{}\"; none is set.", options.prefix), {},
                "prefix-unused");
  }
  std::vector<std::pair<std::filesystem::path, boost::json::value>> files;
  if (!options.output_file.empty())
    files.emplace_back(options.output_file, json_of(configuration, options.environment));
  if (!options.arm_template.empty()) {
    files.emplace_back(options.arm_parameters, arm_parameters(configuration, options.arm_template));
  }
  if (services.dry_run) return {};
  for (const auto& [file, content] : files) {
    core::write_file_atomically(file, document::to_pretty_json(content));
    log.info(fmt::format("Written to {}.", file.string()));
  }
  publish(services, options, chosen);
  return {};
}

}  // namespace mlops::tasks::config_resolve
