#include <fmt/format.h>

#include <cmath>
#include <mlops/core/text.hpp>
#include <mlops/expression/evaluate.hpp>

namespace mlops::expression {

namespace {

const boost::json::value* find_member(const boost::json::object& object, std::string_view name) {
  if (const auto* exact = object.if_contains(name)) return exact;
  for (const auto& member : object) {
    if (core::equals_ignoring_case(std::string_view(member.key()), name)) return &member.value();
  }
  return nullptr;
}

class Evaluation {
 public:
  explicit Evaluation(const Scope& scope) : m_scope(scope) {}

  Value value_of(const Node& node) {
    switch (node.kind) {
      case Node::Kind::literal:
        return node.literal;
      case Node::Kind::name:
        return context(node);
      case Node::Kind::call:
        return call(node);
      case Node::Kind::index:
        return index(node);
      case Node::Kind::filter:
        return filter(value_of(node.parts[0]));
    }
    return {};
  }

 private:
  Value context(const Node& node) const {
    const auto* found = m_scope.contexts ? find_member(*m_scope.contexts, node.name) : nullptr;
    if (found) return Value::from(*found);
    std::vector<std::string> known;
    if (m_scope.contexts) {
      for (const auto& member : *m_scope.contexts) known.emplace_back(member.key());
    }
    throw core::Error(
        "expression-name",
        fmt::format("an expression can't see \"{}\" here{}", node.name, did_you_mean(core::nearest(node.name, known))),
        {}, known.empty() ? "" : fmt::format("It can see {}.", core::join(known, ", ")));
  }

  static std::string did_you_mean(const std::optional<std::string>& name) { return core::did_you_mean(name); }

  Value index(const Node& node) {
    const Value base = value_of(node.parts[0]);
    const Value key = value_of(node.parts[1]);
    const auto* structured = base.as<Value::Structured>();
    if (!structured) return {};
    // After a filter, a member is taken of each element.
    if (node.parts[0].kind == Node::Kind::filter && structured->is_array()) {
      boost::json::array result;
      for (const auto& element : structured->get_array()) {
        if (const auto* found = member(element, key)) result.push_back(*found);
      }
      return Value::from(result);
    }
    const auto* found = member(*structured, key);
    return found ? Value::from(*found) : Value();
  }

  static const boost::json::value* member(const boost::json::value& base, const Value& key) {
    if (const auto* object = base.if_object()) {
      const auto name = key.to_text();
      return name ? find_member(*object, *name) : nullptr;
    }
    const auto* array = base.if_array();
    const auto number = array ? key.to_number() : std::nullopt;
    if (!number || *number < 0 || std::floor(*number) >= static_cast<double>(array->size())) return nullptr;
    return &(*array)[static_cast<std::size_t>(*number)];
  }

  static Value filter(const Value& base) {
    boost::json::array result;
    const auto* structured = base.as<Value::Structured>();
    if (structured && structured->is_array()) return base;
    if (structured && structured->is_object()) {
      for (const auto& one : structured->get_object()) result.push_back(one.value());
    }
    return Value::from(result);
  }

  Value call(const Node& node) {
    const auto name = core::to_lower(node.name);
    // These look no further than they must.
    if (name == "and" || name == "or") return junction(node, name == "and");
    if (name == "iif") return choice(node);
    for (const auto& [own, function] : m_scope.functions) {
      if (core::equals_ignoring_case(own, name)) return function(arguments(node));
    }
    const auto found = functions().find(name);
    if (found == functions().end()) throw unknown(node);
    require_count(node, found->second.least, found->second.most);
    return found->second.call(arguments(node));
  }

  Arguments arguments(const Node& node) {
    Arguments result;
    for (const auto& part : node.parts) result.push_back(value_of(part));
    return result;
  }

  Value junction(const Node& node, bool all) {
    require_count(node, 2, 1000);
    for (const auto& part : node.parts) {
      if (value_of(part).to_boolean() != all) return !all;
    }
    return all;
  }

  Value choice(const Node& node) {
    require_count(node, 3, 3);
    return value_of(node.parts[value_of(node.parts[0]).to_boolean() ? 1 : 2]);
  }

  static void require_count(const Node& node, std::size_t least, std::size_t most) {
    if (node.parts.size() >= least && node.parts.size() <= most) return;
    const auto wanted = least == most ? std::to_string(least) : fmt::format("at least {}", least);
    throw core::Error("expression-arguments",
                      fmt::format("the function {} takes {} values, not {}.", node.name, wanted, node.parts.size()));
  }

  core::Error unknown(const Node& node) const {
    std::vector<std::string> known{"and", "or", "iif"};
    for (const auto& [name, entry] : functions()) known.emplace_back(name);
    for (const auto& [name, function] : m_scope.functions) known.push_back(name);
    return {"expression-function", fmt::format("there is no function \"{}\" here{}", node.name,
                                               did_you_mean(core::nearest(node.name, known)))};
  }

  const Scope& m_scope;
};

}  // namespace

Value evaluate(const Node& expression, const Scope& scope) {
  return Evaluation(scope).value_of(expression);
}

}  // namespace mlops::expression
