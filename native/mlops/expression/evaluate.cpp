#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/expression/evaluate.hpp>

namespace mlops::expression {

namespace json = boost::json;

namespace {

const json::value* find_member(const json::object& object, std::string_view name) {
  if (const auto* exact = object.if_contains(name)) return exact;
  for (const auto& member : object) {
    if (core::equals_ignoring_case(std::string_view(member.key()), name)) return &member.value();
  }
  return nullptr;
}

// The part of a list or a mapping that a key names. Numbers are rounded down; texts may stand for numbers.
const json::value* find_part(const json::value& whole, const Value& key) {
  if (const auto* object = whole.if_object()) {
    const auto name = key.to_text();
    return name ? find_member(*object, *name) : nullptr;
  }
  const auto* array = whole.if_array();
  const auto number = array ? key.to_number() : std::nullopt;
  const auto place = number ? number->place_in(array->size()) : std::nullopt;
  return place ? &(*array)[*place] : nullptr;
}

void append_parts(const json::value& whole, json::array& result) {
  if (const auto* array = whole.if_array()) {
    for (const auto& one : *array) result.push_back(one);
  } else if (const auto* object = whole.if_object()) {
    for (const auto& one : *object) result.push_back(one.value());
  }
}

// `whole` is what `*` made, so the key is looked up in each of its elements.
Value part_of_each(const json::array& whole, const Value& key) {
  json::array result;
  for (const auto& one : whole) {
    if (const auto* found = find_part(one, key)) result.push_back(*found);
  }
  return Value::from(std::move(result));
}

Value all_parts(const Value& whole, bool filtered) {
  json::array result;
  if (filtered) {
    for (const auto& one : *whole.list()) append_parts(one, result);
  } else if (const auto* structured = whole.structured()) {
    append_parts(*structured, result);
  }
  return Value::from(std::move(result));
}

std::string count_text(const Function& function) {
  if (function.most == 0) return "no value";
  if (function.most == Function::k_any) return fmt::format("at least {}", function.least);
  if (function.least != function.most) return fmt::format("{} to {} values", function.least, function.most);
  return function.least == 1 ? "1 value" : fmt::format("{} values", function.least);
}

class Evaluation {
 public:
  explicit Evaluation(const Scope& scope) : m_scope(scope) {}

  /// Names and numbers of arguments are checked before anything is evaluated.
  void check(const Node& node) const {
    if (node.kind == Node::Kind::name && !find_context(node.name)) throw unknown_context(node.name);
    check_call(node);
    for (const auto& part : node.parts) check(part);
  }

  void check_call(const Node& node) const {
    if (node.kind == Node::Kind::call) {
      const auto* function = find_function(node.name);
      if (!function) throw unknown_function(node.name);
      if (node.parts.size() < function->least || node.parts.size() > function->most) {
        throw core::Error("expression-arguments", fmt::format("the function {} takes {}, not {}.", node.name,
                                                              count_text(*function), node.parts.size()));
      }
    }
  }

  Value value_of(const Node& node) const {
    switch (node.kind) {
      case Node::Kind::name:
        return Value::view(*find_context(node.name));
      case Node::Kind::call:
        return find_function(node.name)->call(
            Arguments(node.parts.size(), [&](std::size_t place) { return value_of(node.parts[place]); }));
      case Node::Kind::access:
        return accessed(node);
      default:
        return node.literal;
    }
  }

 private:
  Value accessed(const Node& node) const {
    const auto& base = node.parts.front();
    Value value = value_of(base);
    bool filtered = false;
    for (auto key = node.parts.begin() + 1; key != node.parts.end(); ++key) {
      if (key->kind == Node::Kind::wildcard) {
        value = all_parts(value, filtered);
        filtered = true;
        continue;
      }
      const auto* structured = value.structured();
      if (!structured) return {};
      const Value name = value_of(*key);
      const bool of_context = base.kind == Node::Kind::name && key == node.parts.begin() + 1;
      if (const auto* typed = of_context ? find_typed(base.name, name) : nullptr) {
        value = typed->value;
      } else if (filtered) {
        value = part_of_each(structured->get_array(), name);
      } else {
        const auto* found = find_part(*structured, name);
        if (!found && of_context && core::equals_ignoring_case(base.name, m_scope.complete)) {
          throw unknown_member(base.name, *structured, name);
        }
        value = found ? value.part(*found) : Value();
      }
    }
    return value;
  }

  const json::value* find_context(std::string_view name) const {
    return m_scope.contexts ? find_member(*m_scope.contexts, name) : nullptr;
  }

  const TypedMember* find_typed(std::string_view context, const Value& name) const {
    for (const auto& one : m_scope.typed) {
      if (core::equals_ignoring_case(one.context, context) && equal(Value(one.name), name)) return &one;
    }
    return nullptr;
  }

  const Function* find_function(std::string_view name) const {
    const auto found = functions().find(name);
    if (found != functions().end()) return &found->second;
    for (const auto& [own, function] : m_scope.functions) {
      if (core::equals_ignoring_case(own, name)) return &function;
    }
    return nullptr;
  }

  core::Error unknown_context(const std::string& name) const {
    std::vector<std::string> known;
    if (m_scope.contexts) {
      for (const auto& member : *m_scope.contexts) known.emplace_back(member.key());
    }
    const auto nearest = core::did_you_mean(core::nearest(name, known));
    const auto message = fmt::format("an expression can't see \"{}\" here{}", name, nearest);
    if (core::equals_ignoring_case(name, "null")) {
      return {"expression-name", message, {}, "Null can't be written; a member that does not exist is null."};
    }
    return {
        "expression-name", message, {}, known.empty() ? "" : fmt::format("It can see {}.", core::join(known, ", "))};
  }

  static core::Error unknown_member(const std::string& context, const json::value& whole, const Value& name) {
    std::vector<std::string> known;
    for (const auto& member : whole.get_object()) known.emplace_back(member.key());
    const auto text = name.to_text().value_or("");
    return {"expression-name",
            fmt::format("there is no \"{}\" in {}{}", text, context, core::did_you_mean(core::nearest(text, known))),
            {},
            known.empty() ? "Nothing is declared there." : fmt::format("There are {}.", core::join(known, ", "))};
  }

  core::Error unknown_function(const std::string& name) const {
    std::vector<std::string> known;
    for (const auto& [own, function] : functions()) known.emplace_back(own);
    for (const auto& [own, function] : m_scope.functions) known.push_back(own);
    return {"expression-function",
            fmt::format("there is no function \"{}\" here{}", name, core::did_you_mean(core::nearest(name, known)))};
  }

  const Scope& m_scope;
};

}  // namespace

void check(const Node& expression, const std::vector<std::string_view>& contexts,
           const std::map<std::string, Function>& functions) {
  json::object known;
  for (const auto name : contexts) known[name] = nullptr;
  const Scope scope{.contexts = &known, .functions = functions};
  Evaluation(scope).check(expression);
}

Value evaluate(const Node& expression, const Scope& scope) {
  const Evaluation evaluation(scope);
  evaluation.check(expression);
  return evaluation.value_of(expression);
}

}  // namespace mlops::expression
