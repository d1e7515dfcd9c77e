#include <algorithm>
#include <charconv>
#include <cmath>
#include <mlops/core/text.hpp>
#include <mlops/gate/distribution.hpp>
#include <numeric>
#include <set>

namespace mlops::gate {

namespace {

constexpr std::size_t k_most_sampled = 10'000;
constexpr std::size_t k_most_texts = 100;
constexpr std::size_t k_classes = 10;

}  // namespace

bool is_missing(const std::string& field) {
  static const std::set<std::string> k_words = {"", "na", "n/a", "nan", "null", "none"};
  constexpr std::size_t k_longest = 4;
  const auto text = core::trim(field);
  return text.size() <= k_longest && k_words.count(core::to_lower(text)) > 0;
}

std::optional<double> number_in(const std::string& field) {
  const std::string text(core::trim(field));
  const char* begin = text.data() + (text.rfind('+', 0) == 0 ? 1 : 0);
  const char* end = text.data() + text.size();
  double number = 0;
  const auto [stop, failure] = std::from_chars(begin, end, number);
  if (failure != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

void Column::add(const std::string& field) {
  ++m_rows;
  if (is_missing(field)) {
    ++m_missing;
  } else if (const auto number = number_in(field)) {
    add_number(*number);
  } else {
    add_text(field);
  }
}

void Column::add_number(double number) {
  ++m_numbers;
  m_least = std::min(m_least, number);
  m_greatest = std::max(m_greatest, number);
  m_mean += (number - m_mean) / static_cast<double>(m_numbers);
  if (m_sample.size() < k_most_sampled) return m_sample.push_back(number);
  const auto place = m_random() % m_numbers;
  if (place < k_most_sampled) m_sample[place] = number;
}

void Column::add_text(const std::string& text) {
  if (m_too_many_texts) return;
  ++m_texts[text];
  m_too_many_texts = m_texts.size() > k_most_texts;
  if (m_too_many_texts) m_texts.clear();
}

Classes::Classes(const Column& reference) : m_numeric(reference.is_numeric()) {
  if (!m_numeric) {
    for (const auto& [text, count] : reference.texts()) m_index.emplace(text, m_index.size());
    return;
  }
  std::vector<double> sorted = reference.sample();
  std::sort(sorted.begin(), sorted.end());
  const std::set<double> different(sorted.begin(), sorted.end());
  if (different.size() <= k_classes) {  // each value is a class of its own
    m_edges.assign(different.begin(), different.end());
    return;
  }
  for (std::size_t i = 1; i < k_classes; ++i) {
    const double edge = sorted[sorted.size() * i / k_classes];
    if (m_edges.empty() || edge > m_edges.back()) m_edges.push_back(edge);
  }
}

std::size_t Classes::of(const std::string& field) const {
  const std::size_t missing = size() - 1;
  const std::size_t unknown = size() - 2;
  if (is_missing(field)) return missing;
  if (!m_numeric) {
    const auto found = m_index.find(field);
    return found == m_index.end() ? unknown : found->second;
  }
  const auto number = number_in(field);
  if (!number) return unknown;
  return static_cast<std::size_t>(std::lower_bound(m_edges.begin(), m_edges.end(), *number) - m_edges.begin());
}

double stability_index(const std::vector<std::uint64_t>& reference, const std::vector<std::uint64_t>& data) {
  const auto total = [](const auto& counts) {
    return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  };
  const double in_reference = total(reference);
  const double in_data = total(data);
  if (in_reference == 0 || in_data == 0) return 0;
  const auto share = [](std::uint64_t count, double all) { return std::max(static_cast<double>(count), 0.5) / all; };
  double index = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    if (reference[i] == 0 && data[i] == 0) continue;
    const double p = share(data[i], in_data);
    const double q = share(reference[i], in_reference);
    index += (p - q) * std::log(p / q);
  }
  return index;
}

}  // namespace mlops::gate
