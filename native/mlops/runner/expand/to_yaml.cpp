#include <yaml-cpp/yaml.h>

#include <algorithm>

#include <mlops/runner/expand/expand.hpp>

namespace mlops::runner {

namespace json = boost::json;

namespace {

// Whether a literal block gives the text back as it is: that ends with one line feed, and does not start with white
// space.
bool is_block(std::string_view text) {
  return text.ends_with('\n') && !text.ends_with("\n\n") &&
         std::string_view(" \t\n").find(text.front()) == std::string_view::npos;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Words, numbers and paths: what needs no quotes wherever it stands. Any other text is left to the library's check,
// which matches regular expressions and took a third of an expansion's time.
bool is_plainly_plain(std::string_view text) {
  if (text.empty() || !is_letter(text.front()) || text.back() == ' ' || text == "null" || text == "Null" ||
      text == "NULL") {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || std::string_view("_-./ @()").find(c) != std::string_view::npos;
  });
}

void emit_text(YAML::Emitter& out, std::string_view text) {
  if (is_plainly_plain(text)) {
    out.WriteIntegralType(text);
    return;
  }
  if (is_block(text)) {
    out << YAML::Literal;
  } else if (text.find('\n') != std::string_view::npos) {
    out << YAML::DoubleQuoted;
  }
  out << std::string(text);
}

void emit(YAML::Emitter& out, const json::value& value) {
  if (const auto* object = value.if_object()) {
    out << (object->empty() ? YAML::Flow : YAML::Block) << YAML::BeginMap;
    for (const auto& member : *object) {
      out << YAML::Key;
      emit_text(out, member.key());
      out << YAML::Value;
      emit(out, member.value());
    }
    out << YAML::EndMap;
  } else if (const auto* array = value.if_array()) {
    out << (array->empty() ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
    for (const auto& element : *array) emit(out, element);
    out << YAML::EndSeq;
  } else if (const auto* text = value.if_string()) {
    emit_text(out, *text);
  } else {
    out << YAML::Null;
  }
}

}  // namespace

std::string to_yaml(const Expanded& pipeline) {
  YAML::Emitter out;
  emit(out, pipeline.root);
  return std::string(out.c_str()) + "\n";
}

}  // namespace mlops::runner
