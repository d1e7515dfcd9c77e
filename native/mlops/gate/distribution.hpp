#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace mlops::gate {

/// Whether a field says that there is no value: empty, or NA, N/A, NaN, null or None, whatever the case.
bool is_missing(const std::string& field);

/// The finite number that the field is, if it is one.
std::optional<double> number_in(const std::string& field);

/// What is known of a column after all of its values were seen once.
class Column {
 public:
  void add(const std::string& field);

  std::uint64_t rows() const { return m_rows; }

  std::uint64_t missing() const { return m_missing; }

  /// It has values and all of them are numbers.
  bool is_numeric() const { return m_numbers > 0 && m_numbers + m_missing == m_rows; }

  double least() const { return m_least; }

  double greatest() const { return m_greatest; }

  double mean() const { return m_mean; }

  /// Numbers of the column, all of them or, in a long one, 10,000 that were drawn with equal chances.
  const std::vector<double>& sample() const { return m_sample; }

  /// The different texts; empty when there are more than 100.
  const std::map<std::string, std::uint64_t>& texts() const { return m_texts; }

 private:
  void add_number(double number);
  void add_text(const std::string& text);

  std::uint64_t m_rows = 0;
  std::uint64_t m_missing = 0;
  std::uint64_t m_numbers = 0;
  double m_least = std::numeric_limits<double>::infinity();
  double m_greatest = -std::numeric_limits<double>::infinity();
  double m_mean = 0;
  std::vector<double> m_sample;
  std::mt19937_64 m_random;  // its seed never changes: the same file gives the same numbers
  std::map<std::string, std::uint64_t> m_texts;
  bool m_too_many_texts = false;
};

/// The classes in which two distributions of a column are compared: ten of equal weight for numbers, one for each text
/// otherwise, and one each for missing values and for what the reference never had.
class Classes {
 public:
  explicit Classes(const Column& reference);

  /// A column of many different texts (names, keys) has none.
  bool comparable() const { return m_numeric || !m_index.empty(); }

  std::size_t size() const { return m_edges.size() + 1 + m_index.size() + 2; }

  /// The class of a value.
  std::size_t of(const std::string& field) const;

 private:
  bool m_numeric;
  std::vector<double> m_edges;  ///< upper limits, inclusive
  std::map<std::string, std::size_t> m_index;
};

/// The population stability index of two counts by class: the sum of (p - q) ln(p / q). Below 0.1 nothing moved, above
/// 0.25 a lot. An empty class counts as half a value. 0 when one of the two has no values at all.
double stability_index(const std::vector<std::uint64_t>& reference, const std::vector<std::uint64_t>& data);

}  // namespace mlops::gate
