#pragma once

#include <functional>
#include <map>
#include <mlops/emulator/deployments/expression.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::emulator::deployments {

using Arguments = std::vector<json::value>;

/// A function of the template language that depends on nothing but its arguments, and how many it takes.
/// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
struct Function {
  std::size_t least;
  std::size_t most;
  json::value (*call)(const Arguments&);
};

inline constexpr std::size_t k_any_number = 1000;

/// By names in lower case.
using FunctionTable = std::map<std::string_view, Function>;

const FunctionTable& text_functions();
const FunctionTable& collection_functions();
const FunctionTable& logical_functions();  ///< comparisons and arithmetic as well

/// The pure function of that name, compared without case; null when there is none.
const Function* find_function(std::string_view name);

/// Typed reads of an argument; each throws ExpressionError that says what was expected.
std::string text_of(const json::value& value);
std::int64_t integer_of(const json::value& value);
bool boolean_of(const json::value& value);
const json::array& array_of(const json::value& value);
const json::object& object_of(const json::value& value);

/// A value as string() writes it: True and False, numbers in digits, lists and mappings as JSON.
std::string to_text(const json::value& value);

/// The kind as the template language names it: String, Integer, Float, Boolean, Array, Object, Null.
std::string_view kind_of(const json::value& value);

/// The member of that name, compared without case; null when there is none.
const json::value* find_member(const json::object& object, std::string_view name);

/// Equal in kind and content; whole numbers by their value.
bool same(const json::value& left, const json::value& right);

}  // namespace mlops::emulator::deployments
