#include <cmath>
#include <mlops/document/document.hpp>

namespace mlops::document {

namespace {

void print(const json::value& value, const std::string& indent, std::string& text);

template <typename Items, typename Print>
void print_items(const Items& items, const std::string& indent, char open, char close, std::string& text, Print one) {
  if (items.empty()) {
    text += {open, close};
    return;
  }
  const std::string inner = indent + "  ";
  text += open;
  const char* separator = "\n";
  for (const auto& item : items) {
    text += separator + inner;
    one(item, inner);
    separator = ",\n";
  }
  text += "\n" + indent + close;
}

void print(const json::value& value, const std::string& indent, std::string& text) {
  if (const json::object* object = value.if_object()) {
    print_items(*object, indent, '{', '}', text, [&](const auto& member, const std::string& inner) {
      text += json::serialize(json::string(member.key())) + ": ";
      print(member.value(), inner, text);
    });
  } else if (const json::array* array = value.if_array()) {
    print_items(*array, indent, '[', ']', text,
                [&](const json::value& item, const std::string& inner) { print(item, inner, text); });
  } else if (const double* number = value.if_double()) {
    text += std::isfinite(*number) ? to_text(value) : "null";  // JSON has no word for the others
  } else {
    text += json::serialize(value);
  }
}

}  // namespace

std::string to_pretty_json(const json::value& value) {
  std::string text;
  print(value, "", text);
  return text + "\n";
}

}  // namespace mlops::document
