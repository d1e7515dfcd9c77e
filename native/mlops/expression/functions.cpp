#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/expression/evaluate.hpp>

namespace mlops::expression {

namespace {

constexpr std::size_t k_any = 1000;

std::string text_of(const Value& value) {
  if (auto text = value.to_text()) return *text;
  throw core::Error("expression-type", fmt::format("{} can't be converted to a text.", value.kind()), {},
                    "convertToJson() makes a text of it.");
}

int compared(const Arguments& arguments) {
  if (const auto result = compare(arguments[0], arguments[1])) return *result;
  throw core::Error("expression-type",
                    fmt::format("{} can't be compared with {}.", arguments[1].kind(), arguments[0].kind()));
}

bool contains_text(const std::string& text, const std::string& part) {
  return core::to_upper(text).find(core::to_upper(part)) != std::string::npos;
}

bool is_in(const Arguments& arguments) {
  return std::any_of(arguments.begin() + 1, arguments.end(), [&](const auto& one) { return equal(arguments[0], one); });
}

// The values of a list or a mapping; empty for anything else.
std::vector<Value> values_of(const Value& value) {
  std::vector<Value> result;
  const auto* structured = value.as<Value::Structured>();
  if (structured && structured->is_array()) {
    for (const auto& one : structured->get_array()) result.push_back(Value::from(one));
  } else if (structured && structured->is_object()) {
    for (const auto& member : structured->get_object()) result.push_back(Value::from(member.value()));
  }
  return result;
}

Value contains_value(const Arguments& arguments) {
  const auto values = values_of(arguments[0]);
  return std::any_of(values.begin(), values.end(), [&](const auto& one) { return equal(one, arguments[1]); });
}

Value coalesce(const Arguments& arguments) {
  for (const auto& one : arguments) {
    const auto* text = one.as<std::string>();
    if (!one.is_null() && !(text && text->empty())) return one;
  }
  return {};
}

// '{0} of {{1}}'
Value format(const Arguments& arguments) {
  const auto pattern = text_of(arguments[0]);
  std::string result;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if ((c == '{' || c == '}') && i + 1 < pattern.size() && pattern[i + 1] == c) {
      result += c;
      ++i;
    } else if (c == '{') {
      const auto end = pattern.find('}', i);
      const auto digits = end == std::string::npos ? "" : pattern.substr(i + 1, end - i - 1);
      const bool number =
          !digits.empty() && digits.size() < 4 && digits.find_first_not_of("0123456789") == std::string::npos;
      const std::size_t index = number ? std::stoul(digits) + 1 : 0;
      if (!number || index >= arguments.size()) {
        throw core::Error("expression-format",
                          fmt::format("the format \"{}\" names a value that is not given.", pattern));
      }
      result += text_of(arguments[index]);
      i = end;
    } else {
      result += c;
    }
  }
  return result;
}

Value join(const Arguments& arguments) {
  if (!arguments[1].as<Value::Structured>()) return text_of(arguments[1]);
  std::vector<std::string> parts;
  for (const auto& one : values_of(arguments[1])) parts.push_back(one.to_text().value_or(""));
  return core::join(parts, text_of(arguments[0]));
}

Value split(const Arguments& arguments) {
  const auto text = text_of(arguments[0]);
  const auto separators = text_of(arguments[1]);
  boost::json::array parts;
  std::size_t start = 0;
  while (true) {
    const auto end = text.find_first_of(separators, start);
    parts.emplace_back(text.substr(start, end == std::string::npos ? end : end - start));
    if (end == std::string::npos) return Value::from(parts);
    start = end + 1;
  }
}

Value length(const Arguments& arguments) {
  const auto* structured = arguments[0].as<Value::Structured>();
  if (!structured) return static_cast<double>(text_of(arguments[0]).size());
  return static_cast<double>(values_of(arguments[0]).size());
}

bool starts_with(const std::string& text, const std::string& start) {
  return core::equals_ignoring_case(std::string_view(text).substr(0, start.size()), start);
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() &&
         core::equals_ignoring_case(std::string_view(text).substr(text.size() - end.size()), end);
}

Value convert_to_json(const Arguments& arguments) {
  auto text = document::to_pretty_json(arguments[0].to_json());
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

const std::map<std::string_view, FunctionEntry>& functions() {
  static const std::map<std::string_view, FunctionEntry> table{
      {"eq", {2, 2, [](const Arguments& all) { return Value(equal(all[0], all[1])); }}},
      {"ne", {2, 2, [](const Arguments& all) { return Value(!equal(all[0], all[1])); }}},
      {"gt", {2, 2, [](const Arguments& all) { return Value(compared(all) > 0); }}},
      {"ge", {2, 2, [](const Arguments& all) { return Value(compared(all) >= 0); }}},
      {"lt", {2, 2, [](const Arguments& all) { return Value(compared(all) < 0); }}},
      {"le", {2, 2, [](const Arguments& all) { return Value(compared(all) <= 0); }}},
      {"not", {1, 1, [](const Arguments& all) { return Value(!all[0].to_boolean()); }}},
      {"xor", {2, 2, [](const Arguments& all) { return Value(all[0].to_boolean() != all[1].to_boolean()); }}},
      {"in", {1, k_any, [](const Arguments& all) { return Value(is_in(all)); }}},
      {"notin", {1, k_any, [](const Arguments& all) { return Value(!is_in(all)); }}},
      {"contains", {2, 2, [](const Arguments& all) { return Value(contains_text(text_of(all[0]), text_of(all[1]))); }}},
      {"containsvalue", {2, 2, &contains_value}},
      {"startswith", {2, 2, [](const Arguments& all) { return Value(starts_with(text_of(all[0]), text_of(all[1]))); }}},
      {"endswith", {2, 2, [](const Arguments& all) { return Value(ends_with(text_of(all[0]), text_of(all[1]))); }}},
      {"coalesce", {2, k_any, &coalesce}},
      {"format", {1, k_any, &format}},
      {"join", {2, 2, &join}},
      {"split", {2, 2, &split}},
      {"length", {1, 1, &length}},
      {"lower", {1, 1, [](const Arguments& all) { return Value(core::to_lower(text_of(all[0]))); }}},
      {"upper", {1, 1, [](const Arguments& all) { return Value(core::to_upper(text_of(all[0]))); }}},
      {"trim", {1, 1, [](const Arguments& all) { return Value(std::string(core::trim(text_of(all[0])))); }}},
      {"replace",
       {3, 3,
        [](const Arguments& all) {
          return Value(core::replace_all(text_of(all[0]), text_of(all[1]), text_of(all[2])));
        }}},
      {"converttojson", {1, 1, &convert_to_json}},
  };
  return table;
}

}  // namespace mlops::expression
