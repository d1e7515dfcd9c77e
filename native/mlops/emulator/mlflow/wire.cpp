#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <mlops/core/text.hpp>
#include <mlops/emulator/mlflow/wire.hpp>

namespace mlops::emulator {

namespace {

// Numbers come as numbers or, since protobuf writes 64-bit integers so, as texts.
std::optional<double> number_of(const json::value* value) {
  if (!value) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  if (!value->is_string()) return std::nullopt;
  const std::string text(value->get_string());
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return std::nullopt;
  return number;
}

json::value number_to_json(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

json::object arguments_of(const Request& request) {
  if (request.method != "GET") return request.json_object();
  json::object arguments;
  for (const auto& [name, text] : request.query) {
    json::value* present = arguments.if_contains(name);
    if (!present) {
      arguments[name] = text;
    } else if (present->is_array()) {
      present->get_array().emplace_back(text);
    } else {
      *present = json::array{*present, json::value(text)};
    }
  }
  return arguments;
}

Response answer(Context& context, Runs& runs, const MlflowHandler& handler, const Request& request) {
  try {
    const MlflowCall call{context, runs, request, context.workspaces.of(request), arguments_of(request)};
    return Response::of_json(200, handler(call));
  } catch (const MlflowError& error) {
    return Response::of_json(error.status(), {{"error_code", error.code()}, {"message", error.message()}});
  } catch (const ServiceError& error) {
    const char* code = error.status() == 404 ? "RESOURCE_DOES_NOT_EXIST" : "INVALID_PARAMETER_VALUE";
    return Response::of_json(error.status(), {{"error_code", code}, {"message", error.message()}});
  }
}

}  // namespace

int MlflowError::status() const {
  if (m_code == "RESOURCE_DOES_NOT_EXIST" || m_code == "ENDPOINT_NOT_FOUND") return 404;
  return 400;
}

std::string MlflowCall::text(std::string_view name) const {
  const json::value* value = arguments.if_contains(name);
  if (!value) return {};
  if (value->is_string()) return std::string(value->get_string());
  return value->is_number() ? json::serialize(*value) : std::string();
}

std::string MlflowCall::required(std::string_view name) const {
  std::string value = text(name);
  if (!value.empty()) return value;
  throw MlflowError("INVALID_PARAMETER_VALUE", fmt::format("Missing value for required parameter '{}'.", name));
}

std::int64_t MlflowCall::integer(std::string_view name, std::int64_t otherwise) const {
  const json::value* value = arguments.if_contains(name);
  if (!value || value->is_null()) return otherwise;
  const auto number = number_of(value);
  if (number && std::abs(*number) < 9e18) return static_cast<std::int64_t>(*number);
  throw MlflowError(
      "INVALID_PARAMETER_VALUE",
      fmt::format("Invalid value for parameter '{}': {} is not a whole number.", name, json::serialize(*value)));
}

const json::array* MlflowCall::list(std::string_view name) const {
  const json::value* value = arguments.if_contains(name);
  return value ? value->if_array() : nullptr;
}

std::vector<std::string> MlflowCall::texts(std::string_view name) const {
  std::vector<std::string> texts;
  if (const json::array* items = list(name)) {
    for (const auto& item : *items) {
      if (item.is_string()) texts.emplace_back(item.get_string());
    }
  } else if (std::string one = text(name); !one.empty()) {
    texts.push_back(std::move(one));
  }
  return texts;
}

Run MlflowCall::run() const {
  std::string id = text("run_id");
  if (id.empty()) id = text("run_uuid");
  if (id.empty()) throw MlflowError("INVALID_PARAMETER_VALUE", "Missing value for required parameter 'run_id'.");
  if (auto found = runs.find(workspace.id, id)) return *found;
  throw MlflowError("RESOURCE_DOES_NOT_EXIST", fmt::format("Run with id={} not found", id));
}

std::vector<std::string> mlflow_bases() {
  return {std::string("/mlflow/v1.0") + k_workspace_pattern, std::string("/mlflow/v2.0") + k_workspace_pattern};
}

void MlflowRoutes::add(const std::string& name, const std::string& method, const std::string& path,
                       MlflowHandler handler) {
  for (const auto& base : mlflow_bases()) {
    m_router.add(name, method, base + "/api/2.0/mlflow/" + path,
                 [&context = m_context, runs = m_runs, handler](const Request& request) {
                   return answer(context, *runs, handler, request);
                 });
  }
}

std::string artifact_uri(const std::string& run) {
  return "mlflow-artifacts:/" + artifact_path(run);
}

json::object to_json(const Context&, const Workspace&, const Experiment& experiment) {
  return {{"experiment_id", experiment.id},
          {"name", experiment.name},
          {"artifact_location", "mlflow-artifacts:/ExperimentRun"},
          {"lifecycle_stage", experiment.lifecycle},
          {"creation_time", experiment.created},
          {"last_update_time", experiment.updated},
          {"tags", pairs_of(experiment.tags)}};
}

json::object to_json(const Metric& metric) {
  return {{"key", metric.key},
          {"value", number_to_json(metric.value)},
          {"timestamp", metric.timestamp},
          {"step", metric.step}};
}

json::object info_of(const Workspace&, const Run& run) {
  json::object info{{"run_id", run.id},
                    {"run_uuid", run.id},
                    {"run_name", run.name},
                    {"experiment_id", run.experiment},
                    {"user_id", run.user},
                    {"status", run.status},
                    {"start_time", run.start},
                    {"artifact_uri", artifact_uri(run.id)},
                    {"lifecycle_stage", run.lifecycle}};
  if (run.end != 0) info["end_time"] = run.end;
  return info;
}

json::object to_json(const Workspace& workspace, const Run& run) {
  json::array metrics;
  for (const auto& metric : run.metrics) metrics.push_back(to_json(metric));
  auto tags = run.tags;
  const auto take_list = [&](const char* tag) -> json::value {
    const auto node = tags.extract(tag);
    return node ? json::parse(node.mapped()) : json::array();
  };
  json::value inputs{{"dataset_inputs", take_list(k_inputs_tag)}};
  json::value outputs{{"model_outputs", take_list(k_outputs_tag)}};
  return {{"info", info_of(workspace, run)},
          {"data", {{"metrics", std::move(metrics)}, {"params", pairs_of(run.parameters)}, {"tags", pairs_of(tags)}}},
          {"inputs", std::move(inputs)},
          {"outputs", std::move(outputs)}};
}

json::array pairs_of(const std::map<std::string, std::string>& texts) {
  json::array pairs;
  for (const auto& [key, value] : texts) pairs.push_back({{"key", key}, {"value", value}});
  return pairs;
}

std::map<std::string, std::string> texts_of(const json::array* pairs) {
  std::map<std::string, std::string> texts;
  if (!pairs) return texts;
  for (const auto& pair : *pairs) {
    const json::object* object = pair.if_object();
    const json::value* key = object ? object->if_contains("key") : nullptr;
    if (!key || !key->is_string() || key->get_string().empty()) {
      throw MlflowError("INVALID_PARAMETER_VALUE", fmt::format("{} has no key.", json::serialize(pair)));
    }
    const json::value* value = object->if_contains("value");
    const bool is_text = value && value->is_string();
    texts[std::string(key->get_string())] = is_text                      ? std::string(value->get_string())
                                            : value && !value->is_null() ? json::serialize(*value)
                                                                         : "";
  }
  return texts;
}

Metric metric_of(const json::object& object) {
  const json::value* key = object.if_contains("key");
  const auto value = number_of(object.if_contains("value"));
  if (!key || !key->is_string() || key->get_string().empty()) {
    throw MlflowError("INVALID_PARAMETER_VALUE", "Missing value for required parameter 'key'.");
  }
  if (!value) {
    throw MlflowError("INVALID_PARAMETER_VALUE",
                      fmt::format("Got invalid value for metric '{}': please specify value as a "
                                  "valid double.",
                                  std::string(key->get_string())));
  }
  return {.key = std::string(key->get_string()),
          .value = *value,
          .timestamp = static_cast<std::int64_t>(number_of(object.if_contains("timestamp")).value_or(0)),
          .step = static_cast<std::int64_t>(number_of(object.if_contains("step")).value_or(0))};
}

}  // namespace mlops::emulator
