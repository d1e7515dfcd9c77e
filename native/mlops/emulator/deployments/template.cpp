#include <fmt/format.h>

#include <array>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/template.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator::deployments {

namespace {

// Members that tell Resource Manager what to do and are not part of the resource.
constexpr std::array<std::string_view, 9> k_steering = {"name", "type",  "apiVersion", "dependsOn", "condition",
                                                        "copy", "scope", "comments",   "resources"};

json::object object_or_empty(const json::object& object, std::string_view name) {
  const auto* found = object_at(object, name);
  return found ? *found : json::object();
}

bool is_secure(const json::object& definition) {
  return core::to_lower(text_at(definition, "type")).starts_with("secure");
}

}  // namespace

bool PlannedResource::is_deployment() const {
  return core::equals_ignoring_case(type, "Microsoft.Resources/deployments");
}

Template::Template(json::object definition, const json::object& given, Surroundings surroundings,
                   std::shared_ptr<const Places> places, std::string pointer)
    : m_definition(std::move(definition)),
      m_variables(object_or_empty(m_definition, "variables")),
      m_surroundings(std::move(surroundings)),
      m_places(std::move(places)),
      m_pointer(std::move(pointer)) {
  m_parameters = bind_parameters(object_or_empty(m_definition, "parameters"), given, m_surroundings, *m_places,
                                 m_pointer + "/parameters");
  plan();
}

Template::Template(json::object definition, const Template& outer, Surroundings surroundings, std::string pointer)
    : m_definition(std::move(definition)),
      m_parameters(outer.m_parameters),
      m_variables(outer.m_variables),
      m_surroundings(std::move(surroundings)),
      m_places(outer.m_places),
      m_pointer(std::move(pointer)) {
  plan();
}

void Template::plan() {
  for (const char* required : {"$schema", "contentVersion", "resources"}) {
    if (!m_definition.contains(required)) {
      throw invalid_template(
          fmt::format("Required property '{}' not found in the template {}", required, m_places->text(m_pointer)));
    }
  }
  const auto* resources = m_definition.at("resources").if_array();
  if (!resources) {
    throw invalid_template("aml-emulator reads templates whose resources are a list, not those with symbolic names");
  }
  m_resources = plan_resources(*resources, scope(), *m_places, m_pointer + "/resources");
}

Scope Template::scope() const {
  return {.surroundings = &m_surroundings, .parameters = &m_parameters, .variables = &m_variables};
}

ServiceError Template::error_at(const std::string& pointer, const std::string& what, const std::string& message) const {
  return {400, "InvalidTemplate",
          fmt::format("Unable to process template language expressions for {} {}. '{}'", what, m_places->text(pointer),
                      message)};
}

json::object Template::shown_parameters() const {
  json::object result;
  const json::object definitions = object_or_empty(m_definition, "parameters");
  for (const auto& definition : definitions) {
    const auto& object = definition.value().as_object();
    json::object shown{{"type", text_at(object, "type")}};
    const auto* value = m_parameters.if_contains(definition.key());
    if (value && !is_secure(object)) shown["value"] = *value;
    result[definition.key()] = std::move(shown);
  }
  return result;
}

json::object Template::body_of(const PlannedResource& resource, Runtime& runtime, bool keep_unresolved) const {
  Scope inner = scope();
  inner.runtime = &runtime;
  inner.copies = resource.copies;
  inner.keep_unresolved = keep_unresolved;
  json::object raw;
  json::value nested;
  for (const auto& member : resource.raw) {
    if (std::find(k_steering.begin(), k_steering.end(), member.key()) == k_steering.end())
      raw[member.key()] = member.value();
  }
  if (resource.is_deployment()) {
    json::object& properties = ensure_object(raw, "properties");
    if (const auto* found = properties.if_contains("template")) nested = *found;
    properties.erase("template");
  }
  try {
    json::object body = Evaluator(std::move(inner)).object(raw);
    if (!nested.is_null()) ensure_object(body, "properties")["template"] = std::move(nested);
    return body;
  } catch (const Unresolved&) {
    throw;
  } catch (const ExpressionError& error) {
    throw error_at(resource.pointer, fmt::format("resource '{}'", resource.id), error.message());
  }
}

json::object Template::outputs(Runtime& runtime) const {
  json::object result;
  const json::object definitions = object_or_empty(m_definition, "outputs");
  for (const auto& definition : definitions) {
    const auto& object = definition.value().as_object();
    Scope inner = scope();
    inner.runtime = &runtime;
    Evaluator evaluator(std::move(inner));
    try {
      const auto* condition = object.if_contains("condition");
      if (condition && !boolean_of(evaluator.value(*condition))) continue;
      json::object shown{{"type", text_at(object, "type")}};
      json::object produced;
      if (const auto* copy = object_at(object, "copy")) {
        json::object one = *copy;
        one["name"] = "value";
        produced = evaluator.object({{"copy", json::array{std::move(one)}}});
      } else {
        produced["value"] = evaluator.value(object.at("value"));
      }
      if (!is_secure(object)) shown["value"] = produced.at("value");
      result[definition.key()] = std::move(shown);
    } catch (const ExpressionError& error) {
      throw error_at(m_pointer + "/outputs/" + std::string(definition.key()),
                     fmt::format("output '{}'", std::string_view(definition.key())), error.message());
    }
  }
  return result;
}

const PlannedResource* Template::find(const std::string& id_or_name) const {
  for (const auto& resource : m_resources) {
    if (core::equals_ignoring_case(resource.id, id_or_name)) return &resource;
  }
  if (id_or_name.starts_with('/')) return nullptr;
  for (const auto& resource : m_resources) {
    if (core::equals_ignoring_case(resource.name, id_or_name)) return &resource;
  }
  return nullptr;
}

}  // namespace mlops::emulator::deployments
