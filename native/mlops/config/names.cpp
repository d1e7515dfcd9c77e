#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mlops/config/names.hpp>
#include <mlops/core/text.hpp>

namespace mlops::config {

namespace {

constexpr std::string_view k_name_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

// Families that Azure Pipelines fills itself.
constexpr std::array<std::string_view, 11> k_system_families = {"agent.",       "build.",    "checks.",  "common.",
                                                                "environment.", "pipeline.", "release.", "resources.",
                                                                "strategy.",    "system.",   "task."};

// In the environment of later tasks these would pass for inputs, connections and secrets.
constexpr std::array<std::string_view, 7> k_agent_prefixes = {
    "ENDPOINT_AUTH_", "ENDPOINT_DATA_", "ENDPOINT_URL_", "INPUT_", "SECRET_", "SECUREFILE_", "VSTS_"};

// Scripts and the agent itself depend on these.
constexpr std::array<std::string_view, 4> k_environment = {"PATH", "HOME", "TF_BUILD", "SYSTEM_ACCESSTOKEN"};

template <typename Range>
auto first_prefix(const std::string& text, const Range& prefixes) {
  return std::find_if(prefixes.begin(), prefixes.end(),
                      [&](std::string_view prefix) { return text.rfind(prefix, 0) == 0; });
}

core::Error name_error(const std::string& name, const std::string& why, const core::Place& place) {
  return {"variable-name", fmt::format("\"{}\" can't be set as a variable: {}.", name, why), place,
          "Rename it, or leave it out with the input prefix (--prefix)."};
}

}  // namespace

bool NameLess::operator()(std::string_view a, std::string_view b) const {
  return core::to_upper(a) < core::to_upper(b);
}

bool is_reference_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of(k_name_characters) == std::string_view::npos;
}

void require_settable(const std::string& name, const core::Place& place) {
  if (!is_reference_name(name)) {
    throw name_error(name, "names consist of letters, digits, '.', '_' and '-'", place);
  }
  const std::string lower = core::to_lower(name);
  if (const auto family = first_prefix(lower, k_system_families); family != k_system_families.end()) {
    throw name_error(name, fmt::format("Azure Pipelines keeps the names that begin with \"{}\" for itself", *family),
                     place);
  }
  std::string variable = core::to_upper(name);
  std::replace(variable.begin(), variable.end(), '.', '_');
  if (const auto prefix = first_prefix(variable, k_agent_prefixes); prefix != k_agent_prefixes.end()) {
    throw name_error(
        name, fmt::format("later tasks would take a name that begins with \"{}\" for the agent's", *prefix), place);
  }
  if (std::find(k_environment.begin(), k_environment.end(), variable) != k_environment.end()) {
    throw name_error(name, "it would replace that variable of the environment for all later steps", place);
  }
}

}  // namespace mlops::config
