#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/expression/letters.hpp>
#include <mlops/expression/parser.hpp>

namespace mlops::expression {

namespace {

// The service's limits.
constexpr int k_most_levels = 50;
constexpr std::size_t k_longest = 21'000;

constexpr std::string_view k_punctuation = "[](),";

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(std::string_view text) {
  return !text.empty() && is_name_start(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_name_start(c) || is_digit(c); });
}

class Parser {
 public:
  explicit Parser(std::string_view text) : m_text(text) {}

  Node whole() {
    Node node = expression();
    if (peek() != '\0') throw unexpected();
    return node;
  }

 private:
  core::Error error(const std::string& what, std::string hint = {}) const {
    return {"expression-syntax",
            fmt::format("{} at column {} of the expression \"{}\".", what, m_next + 1, m_text),
            {},
            std::move(hint)};
  }

  core::Error unexpected(std::string hint = {}) const {
    const auto token = word("");
    return error(fmt::format("\"{}\" was not expected", token.empty() ? m_text.substr(m_next, 1) : token),
                 std::move(hint));
  }

  char peek() {
    while (const auto size = space_at(m_text.substr(m_next))) m_next += size;
    return m_next < m_text.size() ? m_text[m_next] : '\0';
  }

  bool take(char c) {
    if (peek() != c) return false;
    ++m_next;
    return true;
  }

  void expect(char c) {
    if (take(c)) return;
    throw error(fmt::format("\"{}\" {}", c, m_next < m_text.size() ? "was expected" : "is missing"));
  }

  /// What stands up to the next white space, punctuation or one of the others.
  std::string_view word(std::string_view others) const {
    auto end = m_next;
    while (end < m_text.size() && k_punctuation.find(m_text[end]) == std::string_view::npos &&
           others.find(m_text[end]) == std::string_view::npos && space_at(m_text.substr(end)) == 0) {
      ++end;
    }
    return m_text.substr(m_next, end - m_next);
  }

  void enter() {
    if (++m_level >= k_most_levels) {
      throw core::Error("expression-syntax",
                        fmt::format("the expression \"{}...\" nests functions and indexes {} levels deep, which the "
                                    "service refuses.",
                                    m_text.substr(0, 40), k_most_levels));
    }
  }

  Node expression() {
    Node node = primary();
    if (node.kind == Node::Kind::literal) return node;
    while (true) {
      const char c = peek();
      if (c != '[' && c != '.') return node;
      ++m_next;
      if (node.kind != Node::Kind::access) {
        Node access{.kind = Node::Kind::access};
        access.parts.push_back(std::move(node));
        node = std::move(access);
      }
      node.parts.push_back(c == '[' ? key_in_brackets() : member());
    }
  }

  Node key_in_brackets() {
    enter();
    const bool wildcard = take('*');
    Node key = wildcard ? Node{.kind = Node::Kind::wildcard} : expression();
    expect(']');
    --m_level;
    return key;
  }

  // `.name` and `.*`
  Node member() {
    if (take('*')) return {.kind = Node::Kind::wildcard};
    peek();
    const auto name = word(".");
    if (!is_name(name)) {
      throw error(name.empty() ? "a name was expected after \".\"" : fmt::format("\"{}\" was not expected", name),
                  fmt::format("Letters, digits and _ make a name; anything else is written ['{}'].", name));
    }
    m_next += name.size();
    return {.literal = Value(std::string(name))};
  }

  Node primary() {
    const char c = peek();
    if (c == '\0') throw error("a value is missing");
    if (c == '\'') return {.literal = Value(quoted())};
    if (c == '-' || c == '.' || is_digit(c)) return {.literal = number()};
    if (is_name_start(c)) return named();
    if (c == '"') throw unexpected("A text stands between single quotes.");
    if (c == '(') throw unexpected("Parentheses stand only after the name of a function, such as and(a, b).");
    throw unexpected();
  }

  Node named() {
    const auto name = word(".");
    if (!is_name(name)) throw unexpected();
    m_next += name.size();
    if (core::equals_ignoring_case(name, "true")) return {.literal = Value(true)};
    if (core::equals_ignoring_case(name, "false")) return {.literal = Value(false)};
    Node node{.kind = Node::Kind::name, .name = std::string(name)};
    if (!take('(')) return node;
    node.kind = Node::Kind::call;
    if (take(')')) return node;
    enter();
    do {
      node.parts.push_back(expression());
    } while (take(','));
    expect(')');
    --m_level;
    return node;
  }

  // 'it''s'
  std::string quoted() {
    std::string text;
    for (++m_next; m_next < m_text.size(); ++m_next) {
      if (m_text[m_next] != '\'') {
        text += m_text[m_next];
      } else if (m_next + 1 < m_text.size() && m_text[m_next + 1] == '\'') {
        text += m_text[m_next++];
      } else {
        ++m_next;
        return text;
      }
    }
    throw error("the text has no end");
  }

  // A token with two points or more is a version.
  Value number() {
    const auto token = word("");
    Value value;
    if (std::count(token.begin(), token.end(), '.') > 1) {
      if (const auto version = parse_version(token)) value = *version;
    } else if (const auto number = Decimal::parse(token)) {
      value = *number;
    }
    if (value.is_null()) throw error(fmt::format("\"{}\" is no number and no version", token));
    m_next += token.size();
    return value;
  }

  std::string_view m_text;
  std::size_t m_next = 0;
  int m_level = 0;
};

}  // namespace

Node parse(std::string_view text) {
  if (const auto length = utf16_length(text); length > k_longest) {
    throw core::Error("expression-syntax",
                      fmt::format("the expression \"{}...\" has {} characters; the service takes {} at most.",
                                  text.substr(0, 40), length, k_longest));
  }
  return Parser(text).whole();
}

}  // namespace mlops::expression
