#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mlops/core/text.hpp>
#include <mlops/tasks/config-resolve/listing.hpp>

namespace mlops::tasks::config_resolve {

namespace {

namespace json = boost::json;

constexpr std::size_t k_widest_value = 60;

using Row = std::array<std::string, 3>;

// Columns of a terminal, as far as one for each UTF-8 character is right.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string shown(const config::Variable& variable) {
  if (variable.secret) return "***";
  if (variable.value.empty()) return "(empty)";
  std::string text = core::replace_all(variable.value, "\n", "\\n");
  if (width(text) > k_widest_value) text = core::truncate_utf8(text, k_widest_value) + "…";
  return text;
}

std::string origin(const config::Variable& variable) {
  std::string text = core::to_string(variable.place);
  std::vector<std::string> lost;
  for (const auto& place : variable.overridden) lost.push_back(core::to_string(place));
  if (!lost.empty()) text += fmt::format(" (over {})", fmt::join(lost, ", "));
  return text;
}

}  // namespace

std::string table_of(const config::Configuration& configuration) {
  std::vector<Row> rows = {{"NAME", "VALUE", "FROM"}};
  for (const auto& variable : configuration.variables()) {
    rows.push_back({variable.name, shown(variable), origin(variable)});
  }
  std::array<std::size_t, 2> widths = {};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      text += row[i];
      text.append(widths[i] - width(row[i]) + 2, ' ');
    }
    text += row[2] + "\n";
  }
  return text;
}

json::value json_of(const config::Configuration& configuration, const std::string& environment) {
  json::object variables;
  json::object sources;
  for (const auto& variable : configuration.variables()) {
    if (variable.secret) continue;
    variables[variable.name] = variable.value;
    sources[variable.name] = core::to_string(variable.place);
  }
  return {{"environment", environment}, {"variables", variables}, {"sources", sources}};
}

}  // namespace mlops::tasks::config_resolve
