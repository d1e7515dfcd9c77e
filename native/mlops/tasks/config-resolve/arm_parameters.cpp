#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/tasks/config-resolve/arm_parameters.hpp>
#include <optional>

namespace mlops::tasks::config_resolve {

namespace {

namespace json = boost::json;

using config::Variable;
using document::Node;

constexpr const char* k_schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

std::string plain(const std::string& name) {
  return core::to_lower(core::replace_all(name, "_", ""));
}

// workspaceName -> WORKSPACE_NAME, as configurations write it.
std::string variable_name(const std::string& parameter) {
  std::string name;
  for (const char c : parameter) {
    if (c >= 'A' && c <= 'Z' && !name.empty()) name += '_';
    name += c;
  }
  return core::to_upper(name);
}

const Variable* variable_for(const config::Configuration& configuration, const std::string& parameter) {
  for (const auto& variable : configuration.variables()) {
    if (plain(variable.name) == plain(parameter)) return &variable;
  }
  return nullptr;
}

core::Error unfit(const Variable& variable, const std::string& parameter, const std::string& wanted) {
  return {"parameter-invalid",
          fmt::format("the variable {} is \"{}\", but the template's parameter \"{}\" wants {}.", variable.name,
                      variable.value, parameter, wanted),
          variable.place, "Correct the value."};
}

std::optional<json::value> parsed(const std::string& text) {
  boost::system::error_code failure;
  json::value value = json::parse(text, failure);
  if (failure) return std::nullopt;
  return value;
}

json::value list_of(const Variable& variable, const std::string& parameter) {
  if (variable.value.front() == '[') {
    auto value = parsed(variable.value);
    if (value && value->is_array()) return *value;
    throw unfit(variable, parameter, "a list: JSON, or items with commas between them");
  }
  json::array items;
  for (const auto& item : core::split(variable.value, ',')) {
    if (const auto text = core::trim(item); !text.empty()) items.emplace_back(text);
  }
  return items;
}

json::value converted(const Variable& variable, const std::string& parameter, const std::string& type) {
  if (type == "string" || type == "securestring") return json::value(variable.value);
  if (type == "array") return list_of(variable, parameter);
  const auto value = parsed(type == "bool" ? core::to_lower(variable.value) : variable.value);
  if (type == "int") {
    if (value && (value->is_int64() || value->is_uint64())) return *value;
    throw unfit(variable, parameter, "a whole number");
  }
  if (type == "bool") {
    if (value && value->is_bool()) return *value;
    throw unfit(variable, parameter, "true or false");
  }
  if (value && value->is_object()) return *value;
  throw unfit(variable, parameter, "a JSON object");
}

void check_choice(const Variable& variable, const std::string& parameter, const Node& definition,
                  const json::value& value) {
  const auto allowed = definition.find("allowedValues");
  if (!allowed || value.is_array()) return;
  std::vector<std::string> texts;
  for (const auto& choice : allowed->children()) {
    if (choice.value() == value) return;
    texts.push_back(choice.as_text());
  }
  throw unfit(variable, parameter, "one of: " + core::join(texts, ", "));
}

}  // namespace

json::value arm_parameters(const config::Configuration& configuration, const std::filesystem::path& template_file) {
  const auto document = document::Document::load(template_file);
  const auto definitions = document.root().find("parameters");
  json::object parameters;
  std::vector<std::string> missing;
  std::optional<core::FilePlace> place;
  for (const auto& [name, definition] :
       definitions ? definitions->members() : std::vector<std::pair<std::string, Node>>()) {
    const Variable* variable = variable_for(configuration, name);
    if (!variable || variable->value.empty()) {
      if (definition.find("defaultValue")) continue;
      missing.push_back(fmt::format("{} ({})", name, variable_name(name)));
      if (!place) place = definition.key_place();
      continue;
    }
    if (variable->secret) {
      throw core::Error(
          "parameter-secret",
          fmt::format("the parameter \"{}\" would get the value of {}, which is secret.", name, variable->name),
          variable->place, "Secrets are written to no file: give it to MlopsArmDeploy as a parameter.");
    }
    json::value value = converted(*variable, name, core::to_lower(definition.at("type").as_string()));
    check_choice(*variable, name, definition, value);
    parameters[name] = {{"value", std::move(value)}};
  }
  if (!missing.empty()) {
    throw core::Error("parameter-missing",
                      fmt::format("the configuration has no value for the template's parameter{} {}.",
                                  missing.size() == 1 ? "" : "s", core::join(missing, ", ")),
                      *place, "Add the variable whose name stands in brackets, or give the parameter a default.");
  }
  return {{"$schema", k_schema}, {"contentVersion", "1.0.0.0"}, {"parameters", std::move(parameters)}};
}

}  // namespace mlops::tasks::config_resolve
