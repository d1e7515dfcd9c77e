#include <fmt/format.h>

#include <mlops/document/document.hpp>
#include <mlops/runner/model/cursor.hpp>

namespace mlops::runner {

namespace {

constexpr std::size_t k_most_places = 8;  // of templates that led to a fault

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

bool is_true(std::string_view text) {
  return is_one_of(core::to_lower(core::trim(text)), {"true", "y", "yes", "on"});
}

bool is_false(std::string_view text) {
  return is_one_of(core::to_lower(core::trim(text)), {"false", "n", "no", "off"});
}

std::optional<std::string> find_value(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (core::equals_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

void require_name(std::string_view name, std::string_view of_what, const Origin& origin) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool valid = !name.empty() && is_letter(name.front()) &&
                     std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c); });
  if (valid) return;
  throw error_at(origin, "name-invalid", fmt::format("\"{}\" is no name of {}.", name, of_what),
                 "A name has letters, digits and \"_\" alone, and does not start with a digit.");
}

core::Error error_at(const Origin& origin, std::string code, std::string message, std::string hint) {
  const auto includes = origin.included_from ? *origin.included_from : std::vector<core::FilePlace>();
  const auto last = includes.size() > k_most_places ? includes.rbegin() + k_most_places : includes.rend();
  for (auto place = includes.rbegin(); place != last; ++place) {
    hint += fmt::format("{}Included from {}.", hint.empty() ? "" : " ", core::to_string(core::Place(*place)));
  }
  if (last != includes.rend()) hint += fmt::format(" {} more led there.", includes.size() - k_most_places);
  const auto place = origin.place.file.empty() ? core::Place() : core::Place(origin.place);
  return {std::move(code), std::move(message), place, std::move(hint)};
}

std::optional<Cursor> Cursor::find(std::string_view key) const {
  const auto* object = m_value->if_object();
  const auto* value = object ? object->if_contains(key) : nullptr;
  if (!value || value->is_null()) return std::nullopt;
  return Cursor(*m_expanded, *value, document::pointer_to(m_pointer, key));
}

bool Cursor::has(std::string_view key) const {
  const auto* object = m_value->if_object();
  return object && object->contains(key);
}

std::vector<Cursor> Cursor::elements() const {
  const auto* array = m_value->if_array();
  if (!array) throw error("type-wrong", fmt::format("expected a list, found {}.", document::kind_name(*m_value)));
  std::vector<Cursor> result;
  for (std::size_t i = 0; i < array->size(); ++i) {
    result.emplace_back(*m_expanded, (*array)[i], document::pointer_to(m_pointer, std::to_string(i)));
  }
  return result;
}

std::vector<std::pair<std::string, Cursor>> Cursor::members() const {
  const auto* object = m_value->if_object();
  if (!object) throw error("type-wrong", fmt::format("expected a mapping, found {}.", document::kind_name(*m_value)));
  std::vector<std::pair<std::string, Cursor>> result;
  for (const auto& member : *object) {
    result.emplace_back(member.key(),
                        Cursor(*m_expanded, member.value(), document::pointer_to(m_pointer, member.key())));
  }
  return result;
}

std::string Cursor::text() const {
  if (m_value->is_null()) return {};
  if (m_value->is_structured()) {
    throw error("type-wrong", fmt::format("expected a text, found {}.", document::kind_name(*m_value)));
  }
  return document::to_text(*m_value);
}

std::string Cursor::text(std::string_view key, std::string fallback) const {
  const auto member = find(key);
  return member ? member->text() : std::move(fallback);
}

std::optional<std::vector<std::string>> Cursor::list(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  std::vector<std::string> result;
  const auto member = find(key);
  if (!member) return result;
  if (!member->is_sequence()) {
    if (auto text = member->text(); !text.empty()) result.push_back(std::move(text));
    return result;
  }
  for (const auto& element : member->elements()) result.push_back(element.text());
  return result;
}

std::string Cursor::name(std::string_view key, std::string_view of_what) const {
  auto result = text(key);
  if (!result.empty()) require_name(result, of_what, origin_of(key));
  return result;
}

Pairs Cursor::pairs(std::string_view key) const {
  Pairs result;
  if (const auto member = find(key)) {
    for (const auto& [name, value] : member->members()) result.emplace_back(name, value.text());
  }
  return result;
}

core::Error Cursor::error(std::string code, std::string message, std::string hint) const {
  return error_at(origin(), std::move(code), std::move(message), std::move(hint));
}

void Cursor::require_keys(const std::vector<std::string_view>& allowed, std::string_view what) const {
  for (const auto& [name, value] : members()) {
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    throw value.error("key-unknown", fmt::format("unknown key \"{}\" in {}{}", name, what,
                                                 core::did_you_mean(core::nearest(name, allowed))));
  }
}

}  // namespace mlops::runner
