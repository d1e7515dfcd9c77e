#include <algorithm>
#include <array>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/runner/expand/template_text.hpp>

namespace mlops::runner {

namespace {

constexpr std::string_view k_open = "${{";
constexpr std::string_view k_close = "}}";

// A text in quotes may hold what looks like the end.
std::size_t end_of_expression(std::string_view text, std::size_t from) {
  bool quoted = false;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (!quoted && text.substr(i, k_close.size()) == k_close) return i;
  }
  throw core::Error("template-syntax", "an expression starts with ${{ and does not end with }}.");
}

bool starts_with_word(std::string_view text, std::string_view word) {
  if (text.substr(0, word.size()) != word) return false;
  return text.size() == word.size() || std::string_view(" \t\r\n(").find(text[word.size()]) != std::string_view::npos;
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
  });
}

Directive each_directive(std::string_view rest) {
  const auto in = rest.find(" in ");
  const auto variable = in == std::string_view::npos ? std::string_view() : core::trim(rest.substr(0, in));
  if (!is_name(variable)) {
    throw core::Error("template-syntax", "a loop reads ${{ each NAME in LIST }}.", {},
                      "A name has letters, digits, \"_\" and \"-\", and starts with a letter or \"_\".");
  }
  return {Directive::Kind::each, std::string(variable), std::string(core::trim(rest.substr(in + 4)))};
}

}  // namespace

std::vector<TextPart> template_parts(std::string_view text) {
  std::vector<TextPart> parts;
  std::size_t done = 0;
  for (auto open = text.find(k_open); open != std::string_view::npos; open = text.find(k_open, done)) {
    if (open > done) parts.push_back({false, std::string(text.substr(done, open - done))});
    const auto close = end_of_expression(text, open + k_open.size());
    parts.push_back({true, std::string(core::trim(text.substr(open + k_open.size(), close - open - k_open.size())))});
    done = close + k_close.size();
  }
  if (!parts.empty() && done < text.size()) parts.push_back({false, std::string(text.substr(done))});
  return parts;
}

std::optional<Directive> directive_of(std::string_view key) {
  const auto parts = template_parts(key);
  if (parts.size() != 1 || !parts.front().is_expression) return std::nullopt;
  const std::string_view text = parts.front().text;
  using Kind = Directive::Kind;
  if (text == "insert") return Directive{Kind::insert, "", ""};
  if (text == "else") return Directive{Kind::otherwise, "", ""};
  if (starts_with_word(text, "each")) return each_directive(core::trim(text.substr(4)));
  constexpr std::array k_conditions{std::pair{std::string_view("elseif"), Kind::otherwise_when},
                                    std::pair{std::string_view("if"), Kind::when}};
  for (const auto& [word, kind] : k_conditions) {
    if (starts_with_word(text, word)) return Directive{kind, "", std::string(core::trim(text.substr(word.size())))};
  }
  return std::nullopt;
}

}  // namespace mlops::runner
