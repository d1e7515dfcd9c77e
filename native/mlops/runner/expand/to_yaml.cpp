#include <yaml-cpp/yaml.h>

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

void emit(YAML::Emitter& out, const json::value& value) {
  if (const auto* object = value.if_object()) {
    out << (object->empty() ? YAML::Flow : YAML::Block) << YAML::BeginMap;
    for (const auto& member : *object) {
      out << YAML::Key << std::string(member.key()) << YAML::Value;
      emit(out, member.value());
    }
    out << YAML::EndMap;
  } else if (const auto* array = value.if_array()) {
    out << (array->empty() ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
    for (const auto& element : *array) emit(out, element);
    out << YAML::EndSeq;
  } else if (const auto* text = value.if_string()) {
    const std::string written(*text);
    if (is_block(written)) {
      out << YAML::Literal;
    } else if (written.find('\n') != std::string::npos) {
      out << YAML::DoubleQuoted;
    }
    out << written;
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
