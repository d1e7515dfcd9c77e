#include <fmt/format.h>

#include <array>
#include <mlops/core/text.hpp>
#include <mlops/expression/value.hpp>
#include <mlops/runner/expand/parameters.hpp>
#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

namespace json = boost::json;

namespace {

enum class Shape { text, number, boolean, any, mapping, sequence };

struct TypeEntry {
  std::string_view name;
  Shape shape;
};

// https://learn.microsoft.com/azure/devops/pipelines/process/template-parameters (parameter data types), and those that
// the service's schema adds.
constexpr std::array k_types = {
    TypeEntry{"string", Shape::text},
    TypeEntry{"number", Shape::number},
    TypeEntry{"boolean", Shape::boolean},
    TypeEntry{"object", Shape::any},
    TypeEntry{"legacyObject", Shape::any},
    TypeEntry{"stringList", Shape::sequence},
    TypeEntry{"step", Shape::mapping},
    TypeEntry{"stepList", Shape::sequence},
    TypeEntry{"job", Shape::mapping},
    TypeEntry{"jobList", Shape::sequence},
    TypeEntry{"deployment", Shape::mapping},
    TypeEntry{"deploymentList", Shape::sequence},
    TypeEntry{"stage", Shape::mapping},
    TypeEntry{"stageList", Shape::sequence},
    TypeEntry{"container", Shape::mapping},
    TypeEntry{"containerList", Shape::sequence},
    TypeEntry{"pool", Shape::any},
    TypeEntry{"environment", Shape::text},
    TypeEntry{"filePath", Shape::text},
    TypeEntry{"secureFile", Shape::text},
    TypeEntry{"serviceConnection", Shape::text},
};

struct Declaration {
  std::string name;
  std::string type = "string";
  Shape shape = Shape::text;
  std::optional<json::value> standard;
  json::array allowed;
  bool typed = true;
};

std::string text_of(const json::value& value) {
  return expression::Value::from(value).to_text().value_or("");
}

Shape shape_of(const document::Node& type) {
  std::vector<std::string> names;
  for (const auto& entry : k_types) {
    if (core::equals_ignoring_case(entry.name, type.as_text())) return entry.shape;
    names.emplace_back(entry.name);
  }
  throw type.error("parameter-type", fmt::format("there is no parameter type \"{}\"{}", type.as_text(),
                                                 core::did_you_mean(core::nearest(type.as_text(), names))));
}

// https://learn.microsoft.com/azure/devops/pipelines/process/runtime-parameters
void add_first_value(Declaration& declaration) {
  if (declaration.standard) return;
  if (!declaration.allowed.empty()) {
    const auto& first = declaration.allowed.front();
    declaration.standard = declaration.shape == Shape::sequence ? json::value(json::array{first}) : first;
  } else if (declaration.shape == Shape::boolean) {
    declaration.standard = false;
  }
}

Declaration read_declaration(const document::Node& node, ParametersOf whose) {
  node.require_keys({"name", "displayName", "type", "default", "values"}, "a parameter");
  Declaration declaration;
  declaration.name = node.at("name").as_text();
  if (const auto type = node.find("type")) {
    declaration.type = type->as_text();
    declaration.shape = shape_of(*type);
    if (whose == ParametersOf::templates && core::equals_ignoring_case(declaration.type, "stringList")) {
      throw type->error("parameter-type", "a template can't have a parameter of the type stringList.",
                        "Use the type object.");
    }
  }
  if (const auto* standard = node.value().get_object().if_contains("default")) declaration.standard = *standard;
  if (const auto allowed = node.find("values")) {
    for (const auto& one : allowed->children()) declaration.allowed.push_back(one.value());
  }
  if (whose == ParametersOf::pipeline) add_first_value(declaration);
  return declaration;
}

std::vector<Declaration> read_declarations(const std::optional<document::Node>& node, ParametersOf whose) {
  std::vector<Declaration> result;
  if (!node) return result;
  if (node->is_mapping()) {
    for (const auto& [name, value] : node->value().get_object()) {
      result.push_back({.name = name, .type = "object", .shape = Shape::any, .standard = value, .typed = false});
    }
    return result;
  }
  for (const auto& one : node->children()) result.push_back(read_declaration(one, whose));
  return result;
}

json::value wrong(const Declaration& declaration, const json::value& value, const Origin& origin) {
  throw error_at(
      origin, "parameter-type",
      fmt::format("the parameter \"{}\" is of the type {}, which {} is not.", declaration.name, declaration.type,
                  value.is_structured() ? document::kind_name(value) : fmt::format("\"{}\"", text_of(value))),
      "");
}

json::value boolean_of(const Declaration& declaration, const json::value& value, const Origin& origin) {
  const std::string text = text_of(value);
  if (core::equals_ignoring_case(text, "true")) return true;
  if (core::equals_ignoring_case(text, "false")) return false;
  return wrong(declaration, value, origin);
}

json::value number_of(const Declaration& declaration, const json::value& value, const Origin& origin) {
  const auto number = expression::parse_number(text_of(value));
  return number ? number->to_json() : wrong(declaration, value, origin);
}

json::value converted(const Declaration& declaration, const json::value& value, const Origin& origin) {
  const bool scalar = !value.is_structured();
  switch (declaration.shape) {
    case Shape::any:
      return value;
    case Shape::text:
      return scalar ? json::value(text_of(value)) : wrong(declaration, value, origin);
    case Shape::number:
      return scalar ? number_of(declaration, value, origin) : wrong(declaration, value, origin);
    case Shape::boolean:
      return scalar ? boolean_of(declaration, value, origin) : wrong(declaration, value, origin);
    case Shape::mapping:
      return value.is_object() ? value : wrong(declaration, value, origin);
    case Shape::sequence:
      if (scalar && text_of(value).empty()) return json::array();
      return value.is_array() ? value : wrong(declaration, value, origin);
  }
  return value;
}

void check_allowed(const Declaration& declaration, const json::value& value, const Origin& origin) {
  if (declaration.allowed.empty()) return;
  std::vector<std::string> names;
  for (const auto& allowed : declaration.allowed) {
    const auto candidate = declaration.shape == Shape::sequence ? allowed : converted(declaration, allowed, origin);
    if (candidate == value) return;
    names.push_back(text_of(allowed));
  }
  if (const auto* list = value.if_array()) {
    const bool each = std::all_of(list->begin(), list->end(), [&](const json::value& one) {
      return std::find(names.begin(), names.end(), text_of(one)) != names.end();
    });
    if (each) return;
  }
  throw error_at(origin, "parameter-value",
                 fmt::format("the parameter \"{}\" can't be \"{}\".", declaration.name, text_of(value)),
                 fmt::format("It can be {}.", core::join(names, ", ")));
}

}  // namespace

json::object bind_parameters(const std::optional<document::Node>& declarations,
                             const std::vector<GivenParameter>& given, const std::string& file, const Origin& reference,
                             ParametersOf whose) {
  const auto declared = read_declarations(declarations, whose);
  std::vector<std::string> names;
  for (const auto& declaration : declared) names.push_back(declaration.name);
  for (const auto& one : given) {
    const bool known = std::any_of(names.begin(), names.end(),
                                   [&](const std::string& name) { return core::equals_ignoring_case(name, one.name); });
    if (known) continue;
    throw error_at(
        one.origin, "parameter-unknown",
        fmt::format("{} has no parameter \"{}\"{}", file, one.name, core::did_you_mean(core::nearest(one.name, names))),
        names.empty() ? "It takes none." : fmt::format("It takes {}.", core::join(names, ", ")));
  }
  json::object result;
  for (const auto& declaration : declared) {
    const auto one = std::find_if(given.begin(), given.end(), [&](const GivenParameter& candidate) {
      return core::equals_ignoring_case(candidate.name, declaration.name);
    });
    if (one == given.end() && !declaration.standard) {
      throw error_at(reference, "parameter-missing",
                     fmt::format("{} needs the parameter \"{}\" ({}).", file, declaration.name, declaration.type), "");
    }
    const Origin& origin = one == given.end() ? reference : one->origin;
    auto value = converted(declaration, one == given.end() ? *declaration.standard : one->value, origin);
    check_allowed(declaration, value, origin);
    result[declaration.name] = std::move(value);
  }
  return result;
}

}  // namespace mlops::runner
