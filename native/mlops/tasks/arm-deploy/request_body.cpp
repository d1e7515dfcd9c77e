#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/tasks/arm-deploy/request_body.hpp>
#include <regex>

namespace mlops::tasks::arm_deploy {

namespace {

namespace json = boost::json;

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

struct JsonFile {
  std::string text;
  json::object value;
};

// The place of a mistake comes from the document layer, which also reads what JSON has no word for.
JsonFile read_json(const std::filesystem::path& file) {
  JsonFile result{core::read_file(file), {}};
  if (result.text.starts_with(k_byte_order_mark)) result.text.erase(0, k_byte_order_mark.size());
  boost::system::error_code failure;
  json::value value = json::parse(result.text, failure);
  if (failure) {
    document::Document::parse(result.text, file.string());
    throw core::Error("json-syntax", fmt::format("the file is not JSON: {}.", failure.message()),
                      core::FilePlace{file.string(), 0, 0}, "NaN and Infinity are no JSON.");
  }
  if (!value.is_object()) {
    throw core::Error("json-syntax", "expected a JSON object.", core::FilePlace{file.string(), 1, 1});
  }
  result.value = std::move(value.get_object());
  return result;
}

const json::object* member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? value->if_object() : nullptr;
}

const json::object* find_definition(const json::object& definitions, std::string_view name) {
  for (const auto& definition : definitions) {
    if (core::equals_ignoring_case(definition.key(), name)) return definition.value().if_object();
  }
  return nullptr;
}

std::string type_of(const json::object& definition) {
  const auto* type = definition.if_contains("type");
  return type && type->is_string() ? core::to_lower(std::string_view(type->get_string())) : std::string();
}

json::value value_of(const std::string& name, const std::string& text, const json::object& definition) {
  const std::string type = type_of(definition);
  if (type == "string" || type == "securestring") return json::value(text);
  boost::system::error_code failure;
  json::value value = json::parse(type == "bool" ? core::to_lower(text) : text, failure);
  const bool fits = !failure && ((type == "int" && (value.is_int64() || value.is_uint64())) ||
                                 (type == "bool" && value.is_bool()) || (type == "array" && value.is_array()) ||
                                 ((type == "object" || type == "secureobject") && value.is_object()));
  if (fits) return value;
  const bool secret = type.starts_with("secure");
  throw agent::input_error("parameters", fmt::format("gives {} the value \"{}\"", name, secret ? "***" : text),
                           fmt::format("The template wants the type {} there, as JSON.", type));
}

json::object given_parameters(const Options& options, const json::object& definitions) {
  json::object given;
  if (!options.parameters_file.empty()) {
    const JsonFile file = read_json(options.parameters_file);
    const auto* parameters = member(file.value, "parameters");
    if (!parameters) {
      throw core::Error("parameters-missing", "the parameters file has no \"parameters\".",
                        core::FilePlace{options.parameters_file.string(), 1, 1},
                        "Write {\"parameters\": {\"name\": {\"value\": ...}}}, or let MlopsConfigResolve write it.");
    }
    given = *parameters;
  }
  std::vector<std::string> known;
  for (const auto& definition : definitions) known.emplace_back(definition.key());
  for (const auto& [name, text] : options.parameters) {
    const auto* definition = find_definition(definitions, name);
    if (!definition) {
      throw agent::input_error("parameters", fmt::format("names \"{}\", which the template has not", name),
                               fmt::format("Parameters of the template: {}.", core::join(known, ", ")));
    }
    given[name] = {{"value", value_of(name, text, *definition)}};
  }
  return given;
}

}  // namespace

std::string request_body(const Options& options) {
  const JsonFile file = read_json(options.template_file);
  const auto* definitions = member(file.value, "parameters");
  const json::object given = given_parameters(options, definitions ? *definitions : json::object());
  const std::string settings =
      options.action == Action::what_if ? R"(,"whatIfSettings":{"resultFormat":"FullResourcePayloads"})" : "";
  return fmt::format(R"({{"properties":{{"mode":"Incremental","template":{},"parameters":{}{}}}}})",
                     core::trim(file.text), json::serialize(given), settings);
}

core::Error with_template_place(const core::Error& error, const Options& options) {
  static const std::regex k_place("line '(\\d+)' and column '(\\d+)'");
  std::smatch found;
  const std::string message = error.message();
  if (!std::regex_search(message, found, k_place)) return error;
  return {error.code(), message,
          core::FilePlace{options.template_file.string(), std::stoi(found[1]), std::stoi(found[2])}, error.hint()};
}

}  // namespace mlops::tasks::arm_deploy
