#include <fmt/format.h>

#include <limits>
#include <mlops/core/text.hpp>
#include <mlops/gate/metrics_file.hpp>

namespace mlops::gate {

namespace {

double number_of(const std::string& name, const document::Node& node) {
  if (node.value().is_number()) return node.as_number();
  if (node.is_null() || (node.is_string() && core::to_lower(node.as_string()) == "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  throw node.error("metrics-invalid",
                   fmt::format("the metric \"{}\" is {}, not a number.", name, document::kind_name(node.value())),
                   "Write {\"name\": number}.");
}

}  // namespace

Metrics parse_metrics(const document::Document& file) {
  const document::Node root = file.root();
  if (!root.is_mapping()) {
    throw root.error("metrics-invalid", "a metrics file is a mapping of names to numbers.",
                     "Write {\"accuracy\": 0.95} or {\"metrics\": {\"accuracy\": 0.95}}.");
  }
  const auto inner = root.find("metrics");
  const document::Node source = inner && inner->is_mapping() ? *inner : root;
  Metrics metrics;
  for (const auto& [name, node] : source.members()) metrics[name] = number_of(name, node);
  if (metrics.empty()) throw root.error("metrics-invalid", "the file holds no metrics.");
  return metrics;
}

Baseline parse_baseline(const document::Document& file) {
  Baseline baseline;
  baseline.metrics = parse_metrics(file);
  const auto version = file.root().find("version");
  const bool named = version && file.root().find("metrics");
  baseline.version = named ? version->as_text() : file.file();
  return baseline;
}

}  // namespace mlops::gate
