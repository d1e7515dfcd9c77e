#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <mlops/document/document.hpp>

namespace mlops::document {

std::string pointer_to(const std::string& parent, std::string_view token) {
  std::string pointer = parent + '/';
  for (const char c : token) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

bool Document::is_plain(const std::string& pointer) const {
  const auto found = m_marks.find(pointer);
  return found != m_marks.end() && found->second.plain;
}

Node Document::root() const {
  return {*this, m_value, ""};
}

core::FilePlace Document::place_of(const std::string& pointer) const {
  if (const auto found = m_marks.find(pointer); found != m_marks.end()) return found->second.value;
  for (std::string at = pointer;; at.erase(at.rfind('/'))) {
    const auto found = m_marks.find(at);
    if (found != m_marks.end()) return found->second.value;
    if (at.empty()) return {m_file, 0, 0};
  }
}

core::FilePlace Document::place_of_key(const std::string& pointer) const {
  const auto found = m_marks.find(pointer);
  return found != m_marks.end() && !found->second.key.file.empty() ? found->second.key : place_of(pointer);
}

std::optional<Node> Node::find(std::string_view key) const {
  const json::object* object = m_value->if_object();
  if (!object) return std::nullopt;
  const json::value* member = object->if_contains(key);
  if (!member || member->is_null()) return std::nullopt;
  return Node(*m_document, *member, pointer_to(m_pointer, key));
}

Node Node::at(std::string_view key) const {
  if (!is_mapping()) throw error("type-wrong", fmt::format("a mapping is needed here, not {}.", kind_name(*m_value)));
  if (auto member = find(key)) return *member;
  throw error("key-missing", fmt::format("the key \"{}\" is missing.", key), "Add it to this mapping.");
}

std::vector<Node> Node::children() const {
  std::vector<Node> nodes;
  if (const json::array* array = m_value->if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      nodes.emplace_back(*m_document, (*array)[i], pointer_to(m_pointer, std::to_string(i)));
    }
  } else if (is_mapping()) {
    for (auto& [key, node] : members()) nodes.push_back(node);
  } else if (!is_null()) {
    throw error("type-wrong", fmt::format("a list is needed here, not {}.", kind_name(*m_value)));
  }
  return nodes;
}

std::vector<std::pair<std::string, Node>> Node::members() const {
  const json::object* object = m_value->if_object();
  if (!object) throw error("type-wrong", fmt::format("a mapping is needed here, not {}.", kind_name(*m_value)));
  std::vector<std::pair<std::string, Node>> nodes;
  for (const auto& member : *object) {
    nodes.emplace_back(member.key(), Node(*m_document, member.value(), pointer_to(m_pointer, member.key())));
  }
  return nodes;
}

std::string Node::as_string() const {
  if (const json::string* text = m_value->if_string()) return std::string(*text);
  throw error("type-wrong", fmt::format("a text is needed here, not {}.", kind_name(*m_value)), "Put it in quotes.");
}

std::string Node::as_text() const {
  if (m_value->is_object() || m_value->is_array() || m_value->is_null()) {
    throw error("type-wrong", fmt::format("a text is needed here, not {}.", kind_name(*m_value)));
  }
  return to_text(*m_value);
}

bool Node::as_bool() const {
  if (const bool* flag = m_value->if_bool()) return *flag;
  throw error("type-wrong", fmt::format("true or false is needed here, not {}.", kind_name(*m_value)));
}

double Node::as_number() const {
  if (m_value->is_number()) return m_value->to_number<double>();
  // YAML 1.1 takes 1e-3 for a text, since it has no point; where a number is asked for, it is one.
  if (const json::string* text = m_value->if_string(); text && text->find_first_of("eE") != json::string::npos) {
    double number = 0;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failure == std::errc() && end == text->data() + text->size()) return number;
  }
  throw error("type-wrong", fmt::format("a number is needed here, not {}.", kind_name(*m_value)));
}

std::int64_t Node::as_integer() const {
  if (const std::int64_t* number = m_value->if_int64()) return *number;
  throw error("type-wrong", fmt::format("a whole number is needed here, not {}.", kind_name(*m_value)));
}

void Node::require_keys(const std::vector<std::string>& allowed, const std::string& what) const {
  for (const auto& [key, node] : members()) {
    if (std::find(allowed.begin(), allowed.end(), key) != allowed.end()) continue;
    const auto suggestion = core::nearest(key, allowed);
    throw core::Error("key-unknown",
                      fmt::format("unknown key \"{}\" in {}{}", key, what, core::did_you_mean(suggestion)),
                      node.key_place(), suggestion ? "" : fmt::format("Known keys: {}.", fmt::join(allowed, ", ")));
  }
}

core::Error Node::error(std::string code, std::string message, std::string hint) const {
  return {std::move(code), std::move(message), place(), std::move(hint)};
}

std::string kind_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "nothing";
    case json::kind::bool_:
      return fmt::format("the boolean {}", value.get_bool());
    case json::kind::string:
      return fmt::format("the text \"{}\"", std::string_view(value.get_string()).substr(0, 60));
    case json::kind::array:
      return "a list";
    case json::kind::object:
      return "a mapping";
    default:
      return fmt::format("the number {}", to_text(value));
  }
}

std::string to_text(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string(*text);
  if (const double* number = value.if_double()) {
    if (std::isnan(*number)) return ".nan";
    if (std::isinf(*number)) return *number > 0 ? ".inf" : "-.inf";
    const std::string text = fmt::format("{}", *number);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
  }
  if (value.is_null()) return {};
  return json::serialize(value);
}

}  // namespace mlops::document
