#include <algorithm>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/scalar.hpp>

// PyYAML's yaml.dump(value, sort_keys=True) for what conda files hold: mappings, lists and texts of one line.

namespace mlops::aml {

namespace {

constexpr std::size_t k_best_width = 80;
constexpr std::string_view k_not_first = "-?:,[]{}#&*!|>'\"%@` ";

// Whether a text can stand without quotes: it must not read as another type or as YAML's own marks.
bool is_plain(const std::string& text) {
  if (text.empty() || !document::resolve_plain_scalar(text).is_string()) return false;
  if (text == "=" || text == "<<" || text == "~") return false;
  if (text.rfind("---", 0) == 0 || text.rfind("...", 0) == 0) return false;
  const bool dash_word = text.front() == '-' || text.front() == '?' || text.front() == ':';
  if (dash_word ? text.size() < 2 || text[1] == ' ' : k_not_first.find(text.front()) != std::string_view::npos) {
    return false;
  }
  if (text.back() == ' ' || text.back() == ':') return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) return false;
  }
  return text.find(": ") == std::string::npos && text.find(" #") == std::string::npos;
}

std::string quoted(const std::string& text) {
  bool control = false;
  for (const char c : text) control = control || static_cast<unsigned char>(c) < 0x20;
  if (control) return json::serialize(json::value(text));
  return "'" + core::replace_all(text, "'", "''") + "'";
}

std::string scalar(const json::value& value) {
  if (const json::string* text = value.if_string()) {
    const std::string plain(*text);
    return is_plain(plain) ? plain : quoted(plain);
  }
  if (value.is_null()) return "null";
  return document::to_text(value);
}

// Breaks the line at the first single space beyond the best width, as PyYAML does; `column` is where the text begins.
std::string folded(const std::string& text, std::size_t column, const std::string& indent) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    const std::size_t next = std::min(text.find_first_not_of(' ', space), text.size());
    result += text.substr(at, space - at);
    column += space - at;
    const bool before_closing_quote = next + 1 == text.size() && text.back() == '\'' && text.front() == '\'';
    if (next - space == 1 && column > k_best_width && next < text.size() && !before_closing_quote) {
      result += '\n' + indent;
      column = indent.size();
    } else {
      result += text.substr(space, next - space);
      column += next - space;
    }
    at = next;
  }
  return result;
}

// `indent` is that of the lines after the first, where a scalar has several.
void dump(std::string& out, const json::value& value, const std::string& indent, bool after_dash);

void dump_object(std::string& out, const json::object& object, const std::string& indent, bool after_dash) {
  std::vector<std::string> keys;
  for (const auto& member : object) keys.emplace_back(member.key());
  std::sort(keys.begin(), keys.end());
  bool first = after_dash;
  for (const auto& key : keys) {
    if (!first) out += indent;
    first = false;
    out += scalar(json::value(key)) + ":";
    const json::value& member = object.at(key);
    const bool block =
        (member.is_object() && !member.get_object().empty()) || (member.is_array() && !member.get_array().empty());
    if (block) {
      out += '\n';
      // PyYAML puts a list's dashes below the key, a mapping's members two further in.
      dump(out, member, member.is_array() ? indent : indent + "  ", false);
    } else {
      out += ' ';
      dump(out, member, indent + "  ", false);
    }
  }
}

void dump_array(std::string& out, const json::array& array, const std::string& indent, bool after_dash) {
  bool first = after_dash;
  for (const auto& element : array) {
    if (!first) out += indent;
    first = false;
    out += "- ";
    dump(out, element, indent + "  ", true);
  }
}

void dump(std::string& out, const json::value& value, const std::string& indent, bool after_dash) {
  if (value.is_object() && !value.get_object().empty()) {
    dump_object(out, value.get_object(), indent, after_dash);
  } else if (value.is_array() && !value.get_array().empty()) {
    dump_array(out, value.get_array(), indent, after_dash);
  } else if (value.is_object() || value.is_array()) {
    out += value.is_object() ? "{}\n" : "[]\n";
  } else {
    const std::size_t column = out.size() - (out.rfind('\n') + 1);
    out += folded(scalar(value), column, indent) + "\n";
  }
}

}  // namespace

std::string conda_text(const json::value& value) {
  std::string out;
  dump(out, value, "", false);
  return out;
}

}  // namespace mlops::aml
