#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/http/message.hpp>

namespace mlops::http {

namespace {

auto named(std::string_view name) {
  return [name](const std::pair<std::string, std::string>& field) {
    return core::equals_ignoring_case(field.first, name);
  };
}

}  // namespace

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  m_fields.emplace_back(std::string(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  m_fields.erase(std::remove_if(m_fields.begin(), m_fields.end(), named(name)), m_fields.end());
}

std::optional<std::string> Headers::find(std::string_view name) const {
  const auto field = std::find_if(m_fields.begin(), m_fields.end(), named(name));
  return field == m_fields.end() ? std::nullopt : std::optional<std::string>(field->second);
}

std::uint64_t size_of(const Body& body) {
  if (const auto* range = std::get_if<FileRange>(&body)) return range->length;
  return std::get<std::string>(body).size();
}

bool Request::repeatable() const {
  return safe_to_repeat || method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
         method == "OPTIONS";
}

}  // namespace mlops::http
