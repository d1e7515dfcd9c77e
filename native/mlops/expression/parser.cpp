#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/expression/parser.hpp>

namespace mlops::expression {

namespace {

constexpr int k_deepest = 50;  // the service's limit

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : m_text(text) {}

  Node whole() {
    Node node = expression(0);
    skip_space();
    if (m_next < m_text.size()) throw error(fmt::format("\"{}\" was not expected", m_text.substr(m_next, 10)));
    return node;
  }

 private:
  core::Error error(const std::string& what) const {
    return {"expression-syntax", fmt::format("{} at column {} of the expression \"{}\".", what, m_next + 1, m_text)};
  }

  void skip_space() {
    while (m_next < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_next]) != std::string_view::npos)
      ++m_next;
  }

  char peek() {
    skip_space();
    return m_next < m_text.size() ? m_text[m_next] : '\0';
  }

  bool take(char c) {
    if (peek() != c) return false;
    ++m_next;
    return true;
  }

  void expect(char c) {
    if (!take(c))
      throw error(m_next < m_text.size() ? fmt::format("\"{}\" was expected", c) : fmt::format("\"{}\" is missing", c));
  }

  Node expression(int depth) {
    if (depth > k_deepest) throw error(fmt::format("more than {} levels", k_deepest));
    Node node = primary(depth);
    while (true) {
      if (take('[')) {
        node = indexed(std::move(node), depth);
      } else if (peek() == '.') {
        ++m_next;
        node = member(std::move(node));
      } else {
        return node;
      }
    }
  }

  Node indexed(Node base, int depth) {
    Node node{.kind = Node::Kind::index, .column = m_next};
    if (peek() == '*') {
      ++m_next;
      node.kind = Node::Kind::filter;
      node.parts.push_back(std::move(base));
    } else {
      node.parts.push_back(std::move(base));
      node.parts.push_back(expression(depth + 1));
    }
    expect(']');
    return node;
  }

  Node member(Node base) {
    Node node{.kind = Node::Kind::index, .column = m_next};
    node.parts.push_back(std::move(base));
    if (take('*')) {
      node.kind = Node::Kind::filter;
      return node;
    }
    if (m_next >= m_text.size() || !is_name_start(m_text[m_next])) throw error("a name was expected after \".\"");
    node.parts.push_back({.literal = Value(name())});
    return node;
  }

  Node primary(int depth) {
    const char c = peek();
    const auto column = m_next + 1;
    if (c == '\0') throw error("a value is missing");
    if (c == '\'') return {.literal = Value(quoted()), .column = column};
    if (is_name_start(c)) return named(depth, column);
    if (c == '-' || c == '+' || c == '.' || (c >= '0' && c <= '9')) return {.literal = number(), .column = column};
    if (c == '(') {
      ++m_next;
      Node node = expression(depth + 1);
      expect(')');
      return node;
    }
    throw error(fmt::format("\"{}\" was not expected", c));
  }

  Node named(int depth, std::size_t column) {
    Node node{.kind = Node::Kind::name, .name = name(), .column = column};
    if (peek() == '(') {
      ++m_next;
      node.kind = Node::Kind::call;
      if (take(')')) return node;
      do {
        node.parts.push_back(expression(depth + 1));
      } while (take(','));
      expect(')');
      return node;
    }
    if (core::equals_ignoring_case(node.name, "true")) return {.literal = Value(true), .column = column};
    if (core::equals_ignoring_case(node.name, "false")) return {.literal = Value(false), .column = column};
    if (core::equals_ignoring_case(node.name, "null")) return {.column = column};
    return node;
  }

  std::string name() {
    const auto start = m_next;
    while (m_next < m_text.size() && is_name_part(m_text[m_next])) ++m_next;
    return std::string(m_text.substr(start, m_next - start));
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

  Value number() {
    const auto start = m_next;
    const auto end = std::min(m_text.find_first_of(" \t\r\n,()[]", m_next), m_text.size());
    const auto token = m_text.substr(start, end - start);
    if (const auto number = parse_number(token)) {
      m_next = end;
      return *number;
    }
    if (const auto version = parse_version(token)) {
      m_next = end;
      return *version;
    }
    throw error(fmt::format("\"{}\" is no number and no version", token));
  }

  std::string_view m_text;
  std::size_t m_next = 0;
};

}  // namespace

Node parse(std::string_view text) {
  return Parser(text).whole();
}

}  // namespace mlops::expression
