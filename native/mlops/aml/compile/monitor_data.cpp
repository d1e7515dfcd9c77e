#include <fmt/format.h>

#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/monitor.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

constexpr const char* k_default = "default";  // a window that the monitor's own rhythm gives
constexpr const char* k_no_offset = "P0D";

const Table& data_table() {
  static const Table table = {
      {"input_data", "", nullptr, true},
      {"data_context", "dataContext",
       convert::choice({{"model_inputs", "model_inputs"},
                        {"model_outputs", "model_outputs"},
                        {"training", "training"},
                        {"test", "test"},
                        {"validation", "validation"},
                        {"ground_truth", "ground_truth"}})},
      {"pre_processing_component", "preprocessingComponentId", convert::asset(k_component)},
      {"data_column_names", "columns", convert::texts},
      {"data_window", "", nullptr},
  };
  return table;
}

json::object data(const Scope& scope, const Node& node) {
  json::object body = filled(scope.as("the data of a monitor"), node, data_table());
  const json::value input = job_input(scope, node.at("input_data"));
  for (const char* member : {"uri", "jobInputType"}) body[member] = text_at(input, member);
  return body;
}

json::object window_of(const Scope& scope, const Node& node) {
  static const Table table = {
      {"window_start", "windowStart", convert::text},
      {"window_end", "windowEnd", convert::text},
      {"lookback_window_size", "windowSize", convert::text},
      {"lookback_window_offset", "windowOffset", convert::text},
  };
  const auto window = node.find("data_window");
  if (!window) return {};
  return filled(scope.as("a data window"), *window, table);
}

std::string or_default(const json::object& window, const char* member, const std::string& otherwise) {
  const json::value* value = window.if_contains(member);
  return value && value->get_string() != k_default ? std::string(value->get_string()) : otherwise;
}

json::object trailing(json::object body, const std::string& size, const std::string& offset) {
  body["inputDataType"] = "Trailing";
  body["windowSize"] = size;
  body["windowOffset"] = offset;
  return body;
}

// "2024-12-31" as the moment at which it begins.
std::string beginning_of(const json::object& window, const char* member) {
  return std::string(window.at(member).get_string()) + "T00:00:00.000Z";
}

json::object of_collected(const Scope& scope, const CollectedData& collected) {
  const auto asset = scope.resolver.resource(collected.id);
  const std::string type = asset ? text_at(*asset, "properties.dataType") : "";
  json::object body{{"uri", collected.id}, {"jobInputType", type.empty() ? "uri_folder" : type}};
  if (!collected.context.empty()) body["dataContext"] = collected.context;
  return body;
}

}  // namespace

json::value production_data(const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  const json::object window = window_of(scope, node);
  if (window.contains("windowStart") || window.contains("windowEnd")) {
    throw node.at("data_window")
        .error("value-invalid", "production data moves on with every run: its window has no fixed start or end.",
               "Write `lookback_window_size` and `lookback_window_offset`.");
  }
  return trailing(data(scope, node), or_default(window, "windowSize", defaults.windows.size),
                  or_default(window, "windowOffset", k_no_offset));
}

json::value reference_data(const Scope& scope, const Node& node, const MonitorDefaults& defaults) {
  json::object body = data(scope, node);
  const json::object window = window_of(scope, node);
  if (window.contains("windowSize")) {
    const bool default_offset = window.contains("windowOffset") && window.at("windowOffset") == k_default;
    return trailing(std::move(body), or_default(window, "windowSize", defaults.windows.reference_size),
                    or_default(window, "windowOffset", default_offset ? defaults.windows.size : k_no_offset));
  }
  if (window.contains("windowStart") && window.contains("windowEnd")) {
    body["inputDataType"] = "Static";
    for (const char* member : {"windowStart", "windowEnd"}) body[member] = beginning_of(window, member);
    return body;
  }
  body["inputDataType"] = "Fixed";
  if (body.erase("preprocessingComponentId") != 0) {
    scope.resolver.warn("data without a window is taken as it is; the component is left out.",
                        node.at("pre_processing_component").place());
  }
  return body;
}

json::value collected_production(const Scope& scope, const CollectedData& data, const MonitorDefaults& defaults) {
  return trailing(of_collected(scope, data), defaults.windows.size, k_no_offset);
}

json::value collected_reference(const Scope& scope, const CollectedData& data, const MonitorDefaults& defaults) {
  return trailing(of_collected(scope, data), defaults.windows.reference_size, defaults.windows.size);
}

}  // namespace mlops::aml
