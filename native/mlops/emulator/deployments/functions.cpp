#include <fmt/format.h>

#include <array>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/functions.hpp>

namespace mlops::emulator::deployments {

namespace {

ExpressionError wrong_kind(std::string_view expected, const json::value& value) {
  return ExpressionError(fmt::format("The provided value {} is of type '{}', but '{}' is expected.",
                                     value.is_structured() ? std::string("here") : '\'' + to_text(value) + '\'',
                                     kind_of(value), expected));
}

}  // namespace

const Function* find_function(std::string_view name) {
  const std::string lower = core::to_lower(name);
  for (const FunctionTable* table : {&text_functions(), &collection_functions(), &logical_functions()}) {
    if (const auto found = table->find(lower); found != table->end()) return &found->second;
  }
  return nullptr;
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  throw wrong_kind("String", value);
}

std::int64_t integer_of(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return static_cast<std::int64_t>(value.get_uint64());
  throw wrong_kind("Integer", value);
}

bool boolean_of(const json::value& value) {
  if (value.is_bool()) return value.get_bool();
  throw wrong_kind("Boolean", value);
}

const json::array& array_of(const json::value& value) {
  if (value.is_array()) return value.get_array();
  throw wrong_kind("Array", value);
}

const json::object& object_of(const json::value& value) {
  if (value.is_object()) return value.get_object();
  throw wrong_kind("Object", value);
}

std::string to_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "True" : "False";
  if (value.is_null()) return {};
  return json::serialize(value);
}

std::string_view kind_of(const json::value& value) {
  static constexpr std::array<std::string_view, 8> k_kinds = {"Null",  "Boolean", "Integer", "Integer",
                                                              "Float", "String",  "Array",   "Object"};
  return k_kinds.at(static_cast<std::size_t>(value.kind()));
}

const json::value* find_member(const json::object& object, std::string_view name) {
  if (const auto* exact = object.if_contains(name)) return exact;
  for (const auto& member : object) {
    if (core::equals_ignoring_case(member.key(), name)) return &member.value();
  }
  return nullptr;
}

bool same(const json::value& left, const json::value& right) {
  return left == right;  // Boost.JSON compares whole numbers by value, objects without order
}

}  // namespace mlops::emulator::deployments
