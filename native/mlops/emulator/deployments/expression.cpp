#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <mlops/emulator/deployments/expression.hpp>

namespace mlops::emulator::deployments {

namespace {

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : m_text(text) {}

  Expression whole() {
    Expression result = operand();
    skip_blanks();
    if (m_at != m_text.size()) fail("expected the end");
    return result;
  }

 private:
  [[noreturn]] void fail(std::string_view expected) const {
    const auto found = m_at < m_text.size() ? fmt::format("found '{}'", m_text.substr(m_at, 1)) : "it ends there";
    throw ExpressionError(fmt::format("Unable to parse language expression '{}': {} at position '{}', but {}.", m_text,
                                      expected, m_at, found));
  }

  void skip_blanks() {
    while (m_at < m_text.size() && std::isspace(static_cast<unsigned char>(m_text[m_at])) != 0) ++m_at;
  }

  char next() {
    skip_blanks();
    return m_at < m_text.size() ? m_text[m_at] : '\0';
  }

  bool take(char c) {
    if (next() != c) return false;
    ++m_at;
    return true;
  }

  std::string identifier() {
    skip_blanks();
    const std::size_t start = m_at;
    while (m_at < m_text.size() && (is_letter(m_text[m_at]) || (m_at > start && is_digit(m_text[m_at])))) ++m_at;
    if (m_at == start) fail("expected a name");
    return std::string(m_text.substr(start, m_at - start));
  }

  // A quote inside a text is doubled.
  Expression text() {
    std::string value;
    ++m_at;
    for (;;) {
      if (m_at == m_text.size()) fail("expected a quote that closes the text");
      const char c = m_text[m_at++];
      if (c != '\'') {
        value += c;
      } else if (m_at < m_text.size() && m_text[m_at] == '\'') {
        value += m_text[m_at++];
      } else {
        return {.literal = json::value(value)};
      }
    }
  }

  Expression number() {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(m_text.data() + m_at, m_text.data() + m_text.size(), value);
    if (failure != std::errc()) fail("expected a whole number");
    m_at = static_cast<std::size_t>(end - m_text.data());
    return {.literal = value};
  }

  std::vector<Expression> arguments() {
    std::vector<Expression> result;
    if (take(')')) return result;
    do {
      result.push_back(operand());
    } while (take(','));
    if (!take(')')) fail("expected ',' or ')'");
    return result;
  }

  Expression call() {
    std::string name = identifier();
    if (take('.')) name += '.' + identifier();
    if (!take('(')) fail("expected '('");
    return {.kind = Expression::Kind::call, .name = std::move(name), .parts = arguments()};
  }

  Expression operand() {
    const char c = next();
    if (c == '\0') fail("expected a value");
    Expression result = c == '\'' ? text() : is_digit(c) || c == '-' ? number() : call();
    for (;;) {
      if (take('.')) {
        result = {.kind = Expression::Kind::member, .name = identifier(), .parts = {std::move(result)}};
      } else if (take('[')) {
        Expression index = operand();
        if (!take(']')) fail("expected ']'");
        result = {.kind = Expression::Kind::index, .parts = {std::move(result), std::move(index)}};
      } else {
        return result;
      }
    }
  }

  std::string_view m_text;
  std::size_t m_at = 0;
};

}  // namespace

bool is_expression(std::string_view text) {
  return text.size() >= 2 && text.front() == '[' && text.back() == ']' && text[1] != '[';
}

std::string literal_text(std::string_view text) {
  return std::string(text.starts_with("[[") ? text.substr(1) : text);
}

Expression parse_expression(std::string_view text) {
  return Parser(text.substr(1, text.size() - 2)).whole();
}

}  // namespace mlops::emulator::deployments
