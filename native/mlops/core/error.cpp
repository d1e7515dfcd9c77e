#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <mlops/core/error.hpp>
#include <numeric>
#include <vector>

namespace mlops::core {

namespace {

std::string text_of(const FilePlace& place) {
  if (place.line <= 0) return place.file.text();
  if (place.column <= 0) return fmt::format("{}:{}", place.file.text(), place.line);
  return fmt::format("{}:{}:{}", place.file.text(), place.line, place.column);
}

std::string text_of(const RequestPlace& place) {
  std::string details = place.status > 0 ? fmt::format("HTTP {}", place.status) : std::string("no answer");
  if (!place.request_id.empty()) details += ", request id " + place.request_id;
  return fmt::format("{} {} ({})", place.method, place.url, details);
}

std::string text_of(std::monostate) {
  return {};
}

std::string full_text(const std::string& message, const Place& place, const std::string& hint) {
  std::string text = to_string(place);
  if (!text.empty()) text += ": ";
  text += message;
  if (!hint.empty()) text += " " + hint;
  return text;
}

}  // namespace

std::string to_string(const Place& place) {
  return std::visit([](const auto& known) { return text_of(known); }, place);
}

Error::Error(std::string code, std::string message, Place place, std::string hint)
    : m_code(std::move(code)),
      m_message(std::move(message)),
      m_place(std::move(place)),
      m_hint(std::move(hint)),
      m_text(full_text(m_message, m_place, m_hint)) {}

Error Error::with_place(Place place) const {
  if (!std::holds_alternative<std::monostate>(m_place)) return *this;
  return {m_code, m_message, std::move(place), m_hint};
}

Cancelled::Cancelled(const std::string& what) : Error("cancelled", what) {}

std::string did_you_mean(const std::optional<std::string>& candidate) {
  return candidate ? fmt::format("; did you mean \"{}\"?", *candidate) : std::string(".");
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row[b.size()];
}

}  // namespace mlops::core
