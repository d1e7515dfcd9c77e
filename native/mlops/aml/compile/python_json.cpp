#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/snapshot/ignore.hpp>

namespace mlops::aml {

namespace {

void write_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char32_t c : code_points(text)) {
    switch (c) {
      case U'"':
        out += "\\\"";
        break;
      case U'\\':
        out += "\\\\";
        break;
      case U'\n':
        out += "\\n";
        break;
      case U'\r':
        out += "\\r";
        break;
      case U'\t':
        out += "\\t";
        break;
      case U'\b':
        out += "\\b";
        break;
      case U'\f':
        out += "\\f";
        break;
      default:
        if (c >= 0x10000) {
          const auto rest = static_cast<std::uint32_t>(c) - 0x10000U;
          out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (rest >> 10U), 0xDC00U + (rest & 0x3FFU));
        } else if (c < 0x20 || c > 0x7E) {
          out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
        } else {
          out += static_cast<char>(c);
        }
    }
  }
  out += '"';
}

void write(std::string& out, const json::value& value) {
  if (const auto* object = value.if_object()) {
    std::vector<std::string> keys;
    for (const auto& member : *object) keys.emplace_back(member.key());
    std::sort(keys.begin(), keys.end());
    out += '{';
    for (const auto& key : keys) {
      if (&key != &keys.front()) out += ", ";
      write_text(out, key);
      out += ": ";
      write(out, object->at(key));
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ", ";
      write(out, (*array)[i]);
    }
    out += ']';
  } else if (const auto* text = value.if_string()) {
    write_text(out, *text);
  } else if (value.is_null()) {
    out += "null";
  } else {
    out += document::to_text(value);
  }
}

}  // namespace

std::string python_json(const json::value& value) {
  std::string out;
  write(out, value);
  return out;
}

}  // namespace mlops::aml
