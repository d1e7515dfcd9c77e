#include <charconv>
#include <limits>
#include <mlops/gate/metrics_file.hpp>

namespace mlops::gate {

namespace {

std::optional<double> number_of(const document::Node& node) {
  if (node.value().is_number()) return node.as_number();
  if (node.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!node.is_string()) return std::nullopt;
  const std::string text = node.as_string();
  double number = 0;  // also reads 1e-05, NaN and Infinity
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || failure == std::errc::invalid_argument) return std::nullopt;
  return failure == std::errc() ? number : std::numeric_limits<double>::infinity();  // 1e999
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
  for (const auto& [name, node] : source.members()) {
    if (const auto number = number_of(node)) metrics[name] = *number;
  }
  if (metrics.empty())
    throw root.error("metrics-invalid", "the file holds no metrics: none of its entries is a number.");
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
