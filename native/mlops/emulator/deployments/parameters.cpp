#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/emulator/deployments/template.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator::deployments {

namespace {

// The types of parameters and the kind of value each takes.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/data-types
const std::map<std::string_view, std::string_view>& kinds() {
  static const std::map<std::string_view, std::string_view> k_kinds = {
      {"string", "String"}, {"securestring", "String"}, {"int", "Integer"},         {"bool", "Boolean"},
      {"array", "Array"},   {"object", "Object"},       {"secureobject", "Object"},
  };
  return k_kinds;
}

class Binder {
 public:
  Binder(const json::object& definitions, const Surroundings& surroundings, const Places& places,
         const std::string& pointer)
      : m_definitions(definitions), m_surroundings(surroundings), m_places(places), m_pointer(pointer) {}

  json::object bind(const json::object& given) {
    require_known(given);
    for (const auto& definition : m_definitions) take(definition.key(), given);
    take_defaults();
    json::object ordered;
    for (const auto& definition : m_definitions) {
      if (const auto* value = m_values.if_contains(definition.key())) ordered[definition.key()] = *value;
    }
    return ordered;
  }

 private:
  std::string place(std::string_view name) const {
    return fmt::format("'{}' {}", name, m_places.text(document::pointer_to(m_pointer, name)));
  }

  void require_known(const json::object& given) const {
    std::vector<std::string> unknown;
    std::vector<std::string> known;
    for (const auto& value : given) {
      if (!find_member(m_definitions, value.key())) unknown.emplace_back(value.key());
    }
    for (const auto& definition : m_definitions) known.emplace_back(definition.key());
    if (unknown.empty()) return;
    throw invalid_template(fmt::format(
        "The template parameters '{}' in the parameters file are not valid; they are not present in the original "
        "template and can therefore not be provided at deployment time. The only supported parameters for this "
        "template are '{}'",
        core::join(unknown, ", "), core::join(known, ", ")));
  }

  void take(std::string_view name, const json::object& given) {
    const auto* found = find_member(given, name);
    if (!found) return;
    const auto* object = found->if_object();
    const auto* value = object ? object->if_contains("value") : nullptr;
    if (!value) {
      throw invalid_template(
          fmt::format("The template parameter {} is given neither as a value nor otherwise in a way that aml-emulator "
                      "reads; references to a key vault are not read",
                      place(name)));
    }
    check(name, *value);
    m_values[name] = *value;
  }

  // A default may use other parameters, which may have defaults themselves.
  void take_defaults() {
    std::vector<std::string> waiting;
    for (const auto& definition : m_definitions) {
      if (!m_values.contains(definition.key())) waiting.emplace_back(definition.key());
    }
    for (bool progress = true; !waiting.empty();) {
      const bool last = !progress;
      progress = false;
      for (auto name = waiting.begin(); name != waiting.end();) {
        if (take_default(*name, last)) {
          name = waiting.erase(name);
          progress = true;
        } else {
          ++name;
        }
      }
    }
  }

  bool take_default(const std::string& name, bool last) {
    const auto* raw = m_definitions.at(name).as_object().if_contains("defaultValue");
    if (!raw) {
      throw invalid_template(
          fmt::format("The value for the template parameter {} is not provided. Please see "
                      "https://aka.ms/arm-create-parameter-file for usage details",
                      place(name)));
    }
    try {
      const json::object no_variables;
      Evaluator evaluator(
          {.surroundings = &m_surroundings, .parameters = &m_values, .variables = &no_variables, .in_default = true});
      json::value value = evaluator.value(*raw);
      check(name, value);
      m_values[name] = std::move(value);
      return true;
    } catch (const ExpressionError& error) {
      if (!last) return false;
      throw invalid_template(
          fmt::format("The default value of the template parameter {} is not valid: {}", place(name), error.message()));
    }
  }

  void check(std::string_view name, const json::value& value) const {
    const auto& definition = find_member(m_definitions, name)->as_object();
    const std::string type = text_at(definition, "type");
    const auto kind = kinds().find(core::to_lower(type));
    if (kind == kinds().end()) {
      throw invalid_template(fmt::format("The template parameter {} has the unknown type '{}'", place(name), type));
    }
    if (kind_of(value) != kind->second) {
      refuse(name, value,
             fmt::format("Expected a value of type '{}', but it is of type '{}'", kind->second, kind_of(value)));
    }
    check_choice(name, definition, value);
    check_limits(name, definition, value);
  }

  void check_choice(std::string_view name, const json::object& definition, const json::value& value) const {
    const auto* allowed = definition.if_contains("allowedValues");
    if (!allowed || !allowed->is_array()) return;
    const auto& choices = allowed->get_array();
    const auto is_choice = [&](const json::value& one) {
      return std::any_of(choices.begin(), choices.end(), [&](const json::value& choice) { return same(choice, one); });
    };
    const bool fits = value.is_array() ? std::all_of(value.get_array().begin(), value.get_array().end(), is_choice)
                                       : is_choice(value);
    if (fits) return;
    std::vector<std::string> texts;
    for (const auto& choice : choices) texts.push_back(to_text(choice));
    refuse(name, value,
           fmt::format("The parameter value is not part of the allowed value(s): '{}'", core::join(texts, ",")));
  }

  void check_limits(std::string_view name, const json::object& definition, const json::value& value) const {
    const bool counts = value.is_string() || value.is_array();
    const bool is_number = value.is_int64() || value.is_uint64();
    if (!counts && !is_number) return;
    const auto size = value.is_string()  ? static_cast<std::int64_t>(value.get_string().size())
                      : value.is_array() ? static_cast<std::int64_t>(value.get_array().size())
                                         : integer_of(value);
    const auto* least = definition.if_contains(is_number ? "minValue" : "minLength");
    const auto* most = definition.if_contains(is_number ? "maxValue" : "maxLength");
    const char* what = is_number ? "value" : "length";
    if (least && size < integer_of(*least)) {
      refuse(name, value, fmt::format("Its {} must be at least '{}'", what, integer_of(*least)));
    }
    if (most && size > integer_of(*most)) {
      refuse(name, value, fmt::format("Its {} must be at most '{}'", what, integer_of(*most)));
    }
  }

  [[noreturn]] void refuse(std::string_view name, const json::value& value, const std::string& why) const {
    const auto& definition = find_member(m_definitions, name)->as_object();
    const bool secure = core::to_lower(text_at(definition, "type")).starts_with("secure");
    throw invalid_template(fmt::format("The provided value{} for the template parameter {} is not valid. {}",
                                       secure ? "" : " '" + to_text(value) + "'", place(name), why));
  }

  const json::object& m_definitions;
  const Surroundings& m_surroundings;
  const Places& m_places;
  const std::string& m_pointer;
  json::object m_values;
};

}  // namespace

json::object bind_parameters(const json::object& definitions, const json::object& given,
                             const Surroundings& surroundings, const Places& places, const std::string& pointer) {
  return Binder(definitions, surroundings, places, pointer).bind(given);
}

}  // namespace mlops::emulator::deployments
