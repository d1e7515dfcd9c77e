#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/evaluator.hpp>

namespace mlops::emulator::deployments {

namespace {

constexpr std::int64_t k_most_copies = 800;  // of Resource Manager

bool is_copies(const json::value& value) {
  const auto* list = value.if_array();
  return list && !list->empty() && std::all_of(list->begin(), list->end(), [](const json::value& one) {
           const auto* object = one.if_object();
           return object && object->contains("name") && object->contains("count") && object->contains("input");
         });
}

}  // namespace

json::value Evaluator::value(const json::value& raw) {
  if (const auto* object_value = raw.if_object()) return object(*object_value);
  if (const auto* list = raw.if_array()) {
    json::array result;
    for (const auto& item : *list) result.push_back(value(item));
    return result;
  }
  if (!raw.is_string()) return raw;
  const std::string_view text = raw.get_string();
  if (!is_expression(text)) return json::value(literal_text(text));
  try {
    return expression(parse_expression(text));
  } catch (const Unresolved&) {
    if (!m_scope.keep_unresolved) throw;
    return raw;
  }
}

json::object Evaluator::object(const json::object& raw) {
  json::object result;
  for (const auto& member : raw) {
    if (member.key() == "copy" && is_copies(member.value())) {
      expand_copies(member.value(), result);
    } else {
      result[text_of(value(json::value(member.key())))] = value(member.value());
    }
  }
  return result;
}

void Evaluator::expand_copies(const json::value& copies, json::object& target) {
  for (const auto& copy : copies.get_array()) target[text(copy.get_object().at("name"))] = copy_of(copy.get_object());
}

json::array Evaluator::copy_of(const json::object& copy) {
  const auto count = integer_of(value(copy.at("count")));
  if (count < 0 || count > k_most_copies) {
    throw ExpressionError(fmt::format("The copy count '{}' is not from 0 to {}.", count, k_most_copies));
  }
  json::array result;
  m_scope.copies.push_back({text(copy.at("name")), 0});
  for (std::int64_t i = 0; i < count; ++i) {
    m_scope.copies.back().index = i;
    result.push_back(value(copy.at("input")));
  }
  m_scope.copies.pop_back();
  return result;
}

json::value Evaluator::expression(const Expression& node) {
  switch (node.kind) {
    case Expression::Kind::literal:
      return node.literal;
    case Expression::Kind::call:
      return call(node);
    case Expression::Kind::member:
      return member(expression(node.parts[0]), node.name);
    case Expression::Kind::index:
      break;
  }
  return element(expression(node.parts[0]), expression(node.parts[1]));
}

json::value Evaluator::member(const json::value& from, const std::string& name) const {
  const auto* object_value = from.if_object();
  if (!object_value) {
    throw ExpressionError(fmt::format(
        "The language expression property '{}' can't be selected from a value of type '{}'.", name, kind_of(from)));
  }
  if (const auto* found = find_member(*object_value, name)) return *found;
  std::vector<std::string> names;
  for (const auto& there : *object_value) names.emplace_back(there.key());
  throw ExpressionError(
      fmt::format("The language expression property '{}' doesn't exist, available properties are '{}'.", name,
                  core::join(names, ", ")));
}

json::value Evaluator::element(const json::value& from, const json::value& index) const {
  if (index.is_string()) return member(from, text_of(index));
  const auto& list = array_of(from);
  const auto at = integer_of(index);
  if (at >= 0 && static_cast<std::size_t>(at) < list.size()) return list[static_cast<std::size_t>(at)];
  throw ExpressionError(fmt::format("The language expression array index '{}' is out of bounds.", at));
}

// Only the branch that is taken is evaluated.
json::value Evaluator::choose(const Expression& node) {
  if (node.parts.size() != 3) throw ExpressionError("The template function 'if' takes 3 arguments.");
  return expression(node.parts[boolean_of(expression(node.parts[0])) ? 1 : 2]);
}

json::value Evaluator::call(const Expression& node) {
  const std::string name = core::to_lower(node.name);
  if (name == "if") return choose(node);
  Arguments arguments;
  for (const auto& part : node.parts) arguments.push_back(expression(part));
  if (const Function* function = find_function(name)) {
    if (arguments.size() < function->least || arguments.size() > function->most) {
      const bool exact = function->least == function->most;
      throw ExpressionError(fmt::format("The template function '{}' takes {}{} argument(s), not {}.", node.name,
                                        exact ? "" : "at least ", function->least, arguments.size()));
    }
    return function->call(arguments);
  }
  bool known = false;
  json::value result = contextual(name, arguments, known);
  if (known) return result;
  throw ExpressionError(fmt::format("The template function '{}' is not valid.", node.name));
}

json::value Evaluator::contextual(const std::string& name, const Arguments& arguments, bool& known) {
  known = true;
  if (name == "parameters" && arguments.size() == 1) return parameter(text_of(arguments[0]));
  if (name == "variables" && arguments.size() == 1) return variable(text_of(arguments[0]));
  if (name == "copyindex") return copy_index(arguments);
  if (name == "reference") return reference(arguments);
  if (name == "newguid" || name == "utcnow") {
    if (!m_scope.in_default) {
      throw ExpressionError(fmt::format("The template function '{}' is allowed in default values only.", name));
    }
    return name == "newguid" ? json::value(core::random_uuid()) : json::value(m_scope.surroundings->now);
  }
  if (name.starts_with("list") && arguments.size() >= 2) {
    if (!m_scope.runtime) {
      throw ExpressionError(fmt::format("The template function '{}' is not expected at this location.", name));
    }
    return m_scope.runtime->list(name, text_of(arguments[0]), text_of(arguments[1]));
  }
  if (auto id = id_function(name, arguments, *m_scope.surroundings)) return *id;
  if (arguments.empty()) {
    if (auto told = surroundings_function(name, *m_scope.surroundings)) return *told;
  }
  known = false;
  return nullptr;
}

json::value Evaluator::reference(const Arguments& arguments) const {
  if (arguments.empty() || arguments.size() > 3) {
    throw ExpressionError(
        fmt::format("The template function 'reference' takes 1 to 3 arguments, not {}.", arguments.size()));
  }
  if (!m_scope.runtime) throw ExpressionError("The template function 'reference' is not expected at this location.");
  const bool full = arguments.size() == 3 && core::equals_ignoring_case(text_of(arguments[2]), "Full");
  return m_scope.runtime->reference(text_of(arguments[0]), arguments.size() > 1 ? text_of(arguments[1]) : "", full);
}

json::value Evaluator::parameter(const std::string& name) const {
  if (const auto* found = find_member(*m_scope.parameters, name)) return *found;
  throw ExpressionError(fmt::format("The template parameter '{}' is not found.", name));
}

json::value Evaluator::variable(const std::string& name) {
  if (std::find(m_open_variables.begin(), m_open_variables.end(), core::to_lower(name)) != m_open_variables.end()) {
    throw ExpressionError(fmt::format("The template variable '{}' refers to itself.", name));
  }
  // Variables know no loop but their own, and nothing that is deployed.
  Scope scope = m_scope;
  scope.copies.clear();
  scope.runtime = nullptr;
  Evaluator inner(std::move(scope));
  inner.m_open_variables = m_open_variables;
  inner.m_open_variables.push_back(core::to_lower(name));
  if (const auto* copies = m_scope.variables->if_contains("copy"); copies && is_copies(*copies)) {
    for (const auto& copy : copies->get_array()) {
      const auto& object_value = copy.get_object();
      if (core::equals_ignoring_case(text_of(object_value.at("name")), name)) return inner.copy_of(object_value);
    }
  }
  if (const auto* found = find_member(*m_scope.variables, name)) return inner.value(*found);
  throw ExpressionError(fmt::format("The template variable '{}' is not found.", name));
}

// copyIndex(), copyIndex(offset), copyIndex('loop'), copyIndex('loop', offset). Without a name it is the resource's
// loop.
json::value Evaluator::copy_index(const Arguments& arguments) const {
  const bool named = !arguments.empty() && arguments[0].is_string();
  const std::size_t offset_at = named ? 1 : 0;
  const auto offset = arguments.size() > offset_at ? integer_of(arguments[offset_at]) : 0;
  if (m_scope.copies.empty())
    throw ExpressionError("The template function 'copyIndex' is not expected at this location.");
  if (!named) return m_scope.copies.front().index + offset;
  for (const auto& copy : m_scope.copies) {
    if (core::equals_ignoring_case(copy.name, text_of(arguments[0]))) return copy.index + offset;
  }
  throw ExpressionError(fmt::format("There is no copy loop '{}' here.", text_of(arguments[0])));
}

}  // namespace mlops::emulator::deployments
