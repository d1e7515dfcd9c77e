#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/assets.hpp>
#include <mlops/emulator/execution/command_spec.hpp>
#include <mlops/emulator/execution/deployment_spec.hpp>
#include <mlops/emulator/execution/expressions.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

constexpr auto k_longest_startup = std::chrono::seconds(1800);

std::int64_t number_at(const json::object& object, const char* name, std::int64_t otherwise) {
  const json::value* value = object.if_contains(name);
  return value && value->is_int64() ? value->get_int64() : otherwise;
}

std::chrono::seconds duration_at(const json::object& object, const char* name, std::chrono::seconds otherwise) {
  return parse_duration(text_at(object, name)).value_or(otherwise);
}

// As long as the liveness probe leaves a container alone, but never less than a minute.
std::chrono::seconds startup_time(const json::object& properties, std::chrono::seconds standard) {
  const json::object* probe = object_at(properties, "livenessProbe");
  if (!probe) return standard;
  const auto time = duration_at(*probe, "initialDelay", std::chrono::seconds(10)) +
                    duration_at(*probe, "period", std::chrono::seconds(10)) * number_at(*probe, "failureThreshold", 30);
  return std::clamp<std::chrono::seconds>(time, std::chrono::minutes(1), k_longest_startup);
}

void find_model(const Context& context, const Workspace& workspace, const json::object& properties,
                DeploymentSpec& spec) {
  std::string reference = text_at(properties, "model");
  if (const json::object* model = object_at(properties, "model")) reference = text_at(*model, "assetId");
  if (reference.empty()) return;
  std::string uri = reference;
  const bool is_place =
      reference.find("/datastores/") != std::string::npos || reference.find("://jobs/") != std::string::npos;
  if (!is_place) {
    const Resource version = find_asset(context, workspace, "models", reference);
    spec.model_name = version.key.name;
    spec.model_version = version.key.version;
    uri = text_at(*version.find_properties(), "modelUri");
  }
  const auto place = context.uris.local_path(workspace, uri);
  std::error_code missing;
  if (!place || !std::filesystem::exists(*place, missing)) {
    throw core::Error("asset-missing", fmt::format("The files of the model '{}' are not at '{}'.", reference, uri));
  }
  spec.model = *place;
}

}  // namespace

DeploymentSpec parse_deployment(const Context& context, const Workspace& workspace, const json::object& properties) {
  DeploymentSpec spec;
  if (const json::object* code = object_at(properties, "codeConfiguration")) {
    spec.code = text_at(*code, "codeId");
    spec.script = text_at(*code, "scoringScript");
  }
  if (spec.code.empty() != spec.script.empty()) {
    throw core::Error("deployment-invalid", "codeConfiguration needs both codeId and scoringScript.");
  }
  spec.environment = text_at(properties, "environmentId");
  find_model(context, workspace, properties, spec);
  if (spec.code.empty() && spec.model.empty()) {
    throw core::Error("deployment-invalid", "The deployment has neither a scoring script nor a model.");
  }
  if (const json::object* variables = object_at(properties, "environmentVariables")) {
    for (const auto& [name, value] : *variables) spec.variables[std::string(name)] = literal_text(value);
  }
  if (const json::object* settings = object_at(properties, "requestSettings")) {
    const auto timeout = parse_duration(text_at(*settings, "requestTimeout"));
    if (timeout && timeout->count() > 0) spec.request_timeout = *timeout;
    spec.concurrent_requests = static_cast<int>(
        std::clamp<std::int64_t>(number_at(*settings, "maxConcurrentRequestsPerInstance", 1), 1, 1000));
  }
  spec.startup_time = startup_time(properties, spec.startup_time);
  spec.managed = !core::equals_ignoring_case(text_at(properties, "endpointComputeType"), "Kubernetes");
  return spec;
}

}  // namespace mlops::emulator
