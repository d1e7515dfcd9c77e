#include <boost/json.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>
#include <mlops/runner/logging/masker.hpp>

namespace mlops::runner {

namespace {

constexpr std::string_view k_mask = "***";
// Shorter encoded forms would hide ordinary words.
constexpr std::size_t k_shortest_encoded = 8;

std::string json_form(const std::string& value) {
  const std::string quoted = boost::json::serialize(boost::json::string(value));
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

void Masker::insert(std::string value) {
  if (!core::trim(value).empty()) m_values.insert(std::move(value));
}

void Masker::add(const std::string& secret) {
  const std::lock_guard held(m_mutex);
  insert(secret);
  for (const auto& line : core::split(core::replace_all(secret, "\r", "\n"), '\n')) insert(line);
  insert(json_form(secret));
  insert(http::encode(secret));
  if (secret.size() >= k_shortest_encoded) insert(core::base64(secret));
}

std::string Masker::mask(std::string_view text) const {
  std::string result(text);
  const std::lock_guard held(m_mutex);
  for (const auto& value : m_values) {
    if (result.find(value) != std::string::npos) result = core::replace_all(std::move(result), value, k_mask);
  }
  return result;
}

bool Masker::hides(std::string_view text) const {
  const std::lock_guard held(m_mutex);
  for (const auto& value : m_values) {
    if (text.find(value) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace mlops::runner
