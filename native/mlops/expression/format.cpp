#include <fmt/format.h>

#include <charconv>
#include <mlops/expression/evaluate.hpp>

namespace mlops::expression {

namespace {

constexpr std::string_view k_hint = "A brace that is meant as such is doubled: {{ or }}.";

/// Fills in a pattern from left to right.
class Formatting {
 public:
  explicit Formatting(const Arguments& arguments) : m_arguments(arguments), m_pattern(text_of(arguments[0])) {}

  std::string result() {
    std::string result;
    while (m_next < m_pattern.size()) {
      const char c = m_pattern[m_next];
      const bool brace = c == '{' || c == '}';
      if (brace && m_next + 1 < m_pattern.size() && m_pattern[m_next + 1] == c) {
        result += c;
        m_next += 2;
      } else if (c == '{') {
        result += placeholder();
      } else if (c == '}') {
        throw malformed();
      } else {
        result += c;
        ++m_next;
      }
    }
    return result;
  }

 private:
  core::Error malformed() const {
    return {"expression-format",
            fmt::format("the format \"{}\" has a brace without its other half.", m_pattern),
            {},
            std::string(k_hint)};
  }

  // {0} or {0:yyyyMMdd}
  std::string placeholder() {
    const char* const begin = m_pattern.data() + m_next + 1;
    const char* const end = m_pattern.data() + m_pattern.size();
    std::uint8_t place = 0;
    const auto [after, failure] = std::from_chars(begin, end, place);
    if (failure != std::errc() || after == end || (*after != '}' && *after != ':')) throw malformed();
    m_next = static_cast<std::size_t>(after - m_pattern.data());
    const std::string specifiers = *after == ':' ? read_specifiers() : "";
    ++m_next;  // the closing brace
    if (place + 1U >= m_arguments.size()) {
      throw core::Error("expression-format",
                        fmt::format("the format \"{}\" names the value {{{}}}, which is not given.", m_pattern, place));
    }
    return formatted(m_arguments[place + 1U], specifiers);
  }

  // What stands between the colon and the closing brace, where the next character stands afterwards.
  std::string read_specifiers() {
    std::string specifiers;
    for (++m_next; m_next < m_pattern.size(); ++m_next) {
      if (m_pattern[m_next] == '}') {
        if (m_next + 1 >= m_pattern.size() || m_pattern[m_next + 1] != '}') return specifiers;
        ++m_next;
      }
      specifiers += m_pattern[m_next];
    }
    throw malformed();
  }

  static std::string formatted(const Value& value, const std::string& specifiers) {
    if (specifiers.empty()) return text_of(value);
    const auto* date = value.as<DateTime>();
    if (auto text = date ? date->text(specifiers) : std::nullopt) return *text;
    throw core::Error(
        "expression-format", fmt::format("\"{}\" is no format of {}.", specifiers, value.kind()), {},
        "Dates alone, such as pipeline.startTime, take one: yyyy, MM, dd, HH, mm, ss and the like; another character "
        "stands after a backslash.");
  }

  const Arguments& m_arguments;
  const std::string m_pattern;
  std::size_t m_next = 0;
};

}  // namespace

Value format(const Arguments& arguments) {
  return Formatting(arguments).result();
}

}  // namespace mlops::expression
