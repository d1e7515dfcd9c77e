#pragma once

#include <functional>
#include <map>
#include <mlops/expression/parser.hpp>

namespace mlops::expression {

/// The arguments of a call. Each is evaluated when it is first looked at, so that a function that knows its result
/// looks no further.
class Arguments {
 public:
  Arguments(std::size_t count, std::function<Value(std::size_t)> evaluate)
      : m_evaluate(std::move(evaluate)), m_values(count) {}

  std::size_t size() const { return m_values.size(); }

  const Value& operator[](std::size_t place) const {
    auto& value = m_values.at(place);
    if (!value) value = m_evaluate(place);
    return *value;
  }

 private:
  std::function<Value(std::size_t)> m_evaluate;
  mutable std::vector<std::optional<Value>> m_values;
};

/// A function with the numbers of arguments that it takes.
struct Function {
  static constexpr std::size_t k_any = static_cast<std::size_t>(-1);

  std::size_t least = 0;
  std::size_t most = 0;
  std::function<Value(const Arguments&)> call;
};

/// A member of a context whose kind JSON does not have: pipeline.startTime is a date.
struct TypedMember {
  std::string context;
  std::string name;
  Value value;
};

/// What an expression can see. Names of contexts, members and functions compare without case.
struct Scope {
  const boost::json::object* contexts = nullptr;
  std::map<std::string, Function> functions{};  ///< beside those of the language
  std::vector<TypedMember> typed{};
  std::string_view complete{};  ///< the context that has all of its members: another one is an error, not null
};

/// Throws core::Error "expression-..." for an unknown context or function and a wrong number of arguments, whatever the
/// values.
void check(const Node& expression, const std::vector<std::string_view>& contexts,
           const std::map<std::string, Function>& functions);

/// The value of an expression; a list or a mapping of it may be one of the contexts, and lives as long as they do. A
/// member that does not exist is null. Throws core::Error "expression-..." for an unknown context or function and a
/// wrong number of arguments, wherever they stand, and for values that a function can't take.
Value evaluate(const Node& expression, const Scope& scope);

struct WithoutCase {
  bool operator()(std::string_view left, std::string_view right) const;
};

using Functions = std::map<std::string_view, Function, WithoutCase>;

/// The functions of the language.
const Functions& functions();

/// The value as a text. Throws core::Error "expression-type" for a list or a mapping.
std::string text_of(const Value& value);

/// format('{0} of {{1}}', ...)
Value format(const Arguments& arguments);

}  // namespace mlops::expression
