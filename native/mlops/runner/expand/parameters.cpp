#include <fmt/format.h>

#include <array>
#include <mlops/core/text.hpp>
#include <mlops/expression/parser.hpp>
#include <mlops/runner/expand/parameters.hpp>
#include <mlops/runner/expand/template_text.hpp>
#include <mlops/runner/expand/tree.hpp>
#include <mlops/runner/model/pipeline.hpp>
#include <mlops/runner/model/step_forms.hpp>

namespace mlops::runner {

namespace json = boost::json;

namespace {

enum class Shape { text, number, boolean, any, texts, step, steps, mapping, sequence };

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
    TypeEntry{"legacyObject", Shape::texts},
    TypeEntry{"stringList", Shape::sequence},
    TypeEntry{"step", Shape::step},
    TypeEntry{"stepList", Shape::steps},
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
  Origin origin{};
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

// A default is data; of expressions only a text in quotes is taken, as itself.
json::value default_of(const document::Node& node, Shape shape) {
  if (node.is_mapping() || node.is_sequence()) {
    for (const auto& one : node.children()) default_of(one, shape);
  } else if (node.is_string()) {
    const auto parts = template_parts(node.as_string());
    if (parts.size() == 1 && parts.front().is_expression && parts.front().text.starts_with('\'')) {
      const auto literal = expression::parse(parts.front().text);
      if (literal.parts.empty()) return literal.literal.to_json();
    }
    if (!parts.empty()) {
      throw node.error("template-syntax", "a parameter's default can't hold a template expression.",
                       "Give the value where the template is asked for, or use coalesce() in the template.");
    }
  }
  return shape == Shape::any ? typed_value(node) : node.value();
}

Declaration read_declaration(const document::Node& node, ParametersOf whose, const Includes& includes) {
  node.require_keys({"name", "displayName", "type", "default", "values"}, "a parameter");
  Declaration declaration;
  declaration.origin = {node.place(), includes};
  declaration.name = node.at("name").as_text();
  if (const auto type = node.find("type")) {
    declaration.type = type->as_text();
    declaration.shape = shape_of(*type);
    if (whose == ParametersOf::templates && core::equals_ignoring_case(declaration.type, "stringList")) {
      throw type->error("parameter-type", "a template can't have a parameter of the type stringList.",
                        "Use the type object.");
    }
  }
  if (const auto standard = node.find("default")) {
    declaration.standard = default_of(*standard, declaration.shape);
    declaration.origin.place = standard->place();
  } else if (node.value().get_object().contains("default")) {
    declaration.standard = json::value("");
  }
  if (const auto allowed = node.find("values")) {
    for (const auto& one : allowed->children()) declaration.allowed.push_back(one.value());
  }
  if (whose == ParametersOf::pipeline) add_first_value(declaration);
  return declaration;
}

std::vector<Declaration> read_declarations(const std::optional<document::Node>& node, ParametersOf whose,
                                           const Includes& includes) {
  std::vector<Declaration> result;
  if (!node) return result;
  if (node->is_mapping()) {
    for (const auto& [name, value] : node->value().get_object()) {
      result.push_back({.name = name,
                        .type = "object",
                        .shape = Shape::texts,
                        .standard = value,
                        .origin = {node->place(), includes}});
    }
    return result;
  }
  for (const auto& one : node->children()) {
    auto declaration = read_declaration(one, whose, includes);
    const bool twice = std::any_of(result.begin(), result.end(), [&](const Declaration& other) {
      return core::equals_ignoring_case(other.name, declaration.name);
    });
    if (twice) {
      throw error_at({one.place(), includes}, "parameter-twice",
                     fmt::format("the parameter \"{}\" is declared twice.", declaration.name));
    }
    result.push_back(std::move(declaration));
  }
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

json::value step_of(const Declaration& declaration, const json::value& value, const Origin& origin) {
  if (auto step = as_task(value)) return std::move(*step);
  throw error_at(origin, "parameter-type",
                 fmt::format("the parameter \"{}\" holds {}, which is no step.", declaration.name,
                             value.is_object() ? json::serialize(value) : document::kind_name(value)),
                 "A step has a key that says what it does, such as script or task.");
}

json::value steps_of(const Declaration& declaration, const json::value& value, const Origin& origin) {
  if (!value.is_array()) return wrong(declaration, value, origin);
  json::array steps;
  for (const auto& one : value.get_array()) steps.push_back(step_of(declaration, one, origin));
  return steps;
}

json::value converted(const Declaration& declaration, const json::value& value, const Origin& origin) {
  const bool scalar = !value.is_structured();
  switch (declaration.shape) {
    case Shape::any:
    case Shape::texts:
      return value;
    case Shape::text:
      return scalar ? json::value(text_of(value)) : wrong(declaration, value, origin);
    case Shape::number:
      return scalar ? number_of(declaration, value, origin) : wrong(declaration, value, origin);
    case Shape::boolean:
      return scalar ? boolean_of(declaration, value, origin) : wrong(declaration, value, origin);
    case Shape::step:
      return step_of(declaration, value, origin);
    case Shape::steps:
      if (scalar && text_of(value).empty()) return json::array();
      return steps_of(declaration, value, origin);
    case Shape::mapping:
      return value.is_object() ? value : wrong(declaration, value, origin);
    case Shape::sequence:
      if (scalar && text_of(value).empty()) return json::array();
      return value.is_array() ? value : wrong(declaration, value, origin);
  }
  return value;
}

void check_allowed(const Declaration& declaration, const json::value& value, const Origin& origin) {
  if (declaration.allowed.empty() || declaration.shape == Shape::any) return;  // the service overlooks it there
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
  const auto declared =
      read_declarations(declarations, whose, whose == ParametersOf::templates ? includes_below(reference) : nullptr);
  std::vector<std::string> names;
  for (const auto& declaration : declared) names.push_back(declaration.name);
  // A template that declares nothing takes everything, and sees none of it.
  const bool strict = declarations || whose == ParametersOf::pipeline;
  for (const auto& one : given) {
    if (!strict) break;
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
    const Origin& origin = one == given.end() ? declaration.origin : one->origin;
    const auto& source = one == given.end()                ? *declaration.standard
                         : declaration.shape == Shape::any ? one->typed
                                                           : one->value;
    auto value = converted(declaration, source, origin);
    check_allowed(declaration, value, origin);
    result[declaration.name] = std::move(value);
  }
  return result;
}

}  // namespace mlops::runner
