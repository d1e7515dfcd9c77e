#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/document/json_escapes.hpp>
#include <mlops/document/scalar.hpp>
#include <set>

namespace mlops::document {

namespace {

// Anchors can make a small file unfold into a huge value; no real file comes near these.
constexpr std::size_t k_most_nodes = 300'000;
constexpr int k_deepest = 200;
constexpr int k_lost_with_pair = 2;  // "\\ud83d\\ude80" became "\\U0001f680"

constexpr std::string_view k_plain = "?";  // the tag that yaml-cpp gives to a scalar without quotes

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

/// Turns yaml-cpp's tree into the JSON value and the table of places.
class DocumentBuilder {
 public:
  DocumentBuilder(std::string name, Scalars scalars) : m_scalars(scalars) { m_document.m_file = std::move(name); }

  Document build(const std::string& text) {
    m_text = text.rfind(k_byte_order_mark, 0) == 0 ? text.substr(k_byte_order_mark.size()) : text;
    require_utf8();
    if (is_json()) join_surrogates();
    try {
      const std::vector<YAML::Node> documents = YAML::LoadAll(m_text);
      if (documents.size() > 1) {
        throw core::Error("yaml-syntax", "the file holds more than one YAML document (---).",
                          place_of(documents[1].Mark()), "Keep one document a file.");
      }
      if (!documents.empty()) m_document.m_value = convert(documents[0], "", 0);
    } catch (const YAML::ParserException& failure) {
      throw core::Error(
          syntax_code(), fmt::format("the {} can't be read: {}.", is_json() ? "JSON" : "YAML", failure.msg),
          place_of(failure.mark),
          is_json() ? "Check the commas, brackets and quotes there." : "Check the indentation and the quotes there.");
    }
    return std::move(m_document);
  }

 private:
  // JSON is read as the YAML that it is; messages call it what its author does.
  bool is_json() const { return m_document.m_file.ends_with(".json"); }

  const char* syntax_code() const { return is_json() ? "json-syntax" : "yaml-syntax"; }

  core::FilePlace place_of(const YAML::Mark& mark) const {
    if (mark.is_null()) return {m_document.m_file, 0, 0};
    // yaml-cpp counts in the text with joined pairs; the user sees the file.
    const auto at = static_cast<std::size_t>(mark.pos);
    const std::size_t line_start = at - static_cast<std::size_t>(mark.column);
    const auto pairs = std::lower_bound(m_pairs.begin(), m_pairs.end(), at) -
                       std::lower_bound(m_pairs.begin(), m_pairs.end(), line_start);
    return {m_document.m_file, mark.line + 1, mark.column + 1 + k_lost_with_pair * static_cast<int>(pairs)};
  }

  core::FilePlace place_at(std::size_t offset) const {
    const auto line = std::count(m_text.begin(), m_text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    const std::size_t line_start = offset == 0 ? 0 : m_text.rfind('\n', offset - 1) + 1;
    return {m_document.m_file, static_cast<int>(line) + 1, static_cast<int>(offset - line_start) + 1};
  }

  json::value convert(const YAML::Node& node, const std::string& pointer, int depth) {
    if (depth > k_deepest || ++m_nodes > k_most_nodes) {
      throw core::Error("yaml-syntax", "the YAML nests too deeply or unfolds into too many nodes.",
                        place_of(node.Mark()), "Check its anchors and aliases.");
    }
    auto& marks = m_document.m_marks[pointer];
    marks.value = place_of(node.Mark());
    marks.plain = node.IsScalar() && node.Tag() == k_plain;
    if (node.IsMap()) return convert_mapping(node, pointer, depth);
    if (node.IsSequence()) return convert_sequence(node, pointer, depth);
    if (node.IsScalar()) return convert_scalar(node);
    return nullptr;
  }

  void require_utf8() const {
    const std::size_t at = core::find_invalid_utf8(m_text);
    if (at == std::string::npos) return;
    throw core::Error(syntax_code(), "the file holds a byte that is not UTF-8.", place_at(at), "Save it in UTF-8.");
  }

  void join_surrogates() {
    JoinedText joined = with_joined_surrogates(m_text, [&](std::size_t at) {
      throw core::Error(syntax_code(), fmt::format("the escape {} is half a character.", m_text.substr(at, 6)),
                        place_at(at), "Write both halves, as in \\ud83d\\ude80, or the character itself.");
    });
    m_text = std::move(joined.text);
    m_pairs = std::move(joined.pairs);
  }

  // yaml-cpp takes a quoted text that the file's end cuts off for a whole one.
  void require_closing_quote(const YAML::Mark& mark) const {
    const auto start = static_cast<std::size_t>(mark.pos);
    const char quote = start < m_text.size() ? m_text[start] : ' ';
    if (quote != '"' && quote != '\'') return;
    for (std::size_t at = start + 1; at < m_text.size(); ++at) {
      if (quote == '"' && m_text[at] == '\\') {
        ++at;
      } else if (m_text[at] == quote) {
        if (quote == '"' || at + 1 == m_text.size() || m_text[at + 1] != quote) return;
        ++at;
      }
    }
    throw core::Error(syntax_code(), "the quoted text that begins here has no closing quote.", place_of(mark),
                      "Close it.");
  }

  json::value convert_scalar(const YAML::Node& node) const {
    if (!node.Mark().is_null()) require_closing_quote(node.Mark());
    if (m_scalars == Scalars::as_written) return json::value(node.Scalar());
    const std::string& tag = node.Tag();
    const bool plain = tag == "?" || tag.empty();
    return plain ? resolve_plain_scalar(node.Scalar()) : convert_tagged(node.Scalar(), tag);
  }

  static json::value convert_tagged(const std::string& text, const std::string& tag) {
    static const std::set<std::string> k_typed = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float",
                                                  "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"};
    return k_typed.count(tag) != 0 ? resolve_plain_scalar(text) : json::value(text);
  }

  json::value convert_sequence(const YAML::Node& node, const std::string& pointer, int depth) {
    json::array array;
    for (std::size_t i = 0; i < node.size(); ++i) {
      array.push_back(convert(node[i], pointer_to(pointer, std::to_string(i)), depth + 1));
    }
    return array;
  }

  // Two template expressions with the same words are two keys: a space before the end keeps them apart.
  std::string distinct(std::string key, const json::object& object) const {
    while (m_scalars == Scalars::as_written && key.starts_with("${{") && key.ends_with("}}") && object.contains(key)) {
      key.insert(key.size() - 2, " ");
    }
    return key;
  }

  json::value convert_mapping(const YAML::Node& node, const std::string& pointer, int depth) {
    json::object object;
    for (const auto& member : node) {
      if (member.first.IsScalar() && member.first.Scalar() == "<<") continue;
      const std::string key = distinct(key_of(member.first), object);
      if (object.contains(key)) {
        throw core::Error(syntax_code(), fmt::format("the key \"{}\" stands twice in one mapping.", key),
                          place_of(member.first.Mark()), "Remove one of the two.");
      }
      const std::string below = pointer_to(pointer, key);
      object[key] = convert(member.second, below, depth + 1);
      m_document.m_marks[below].key = place_of(member.first.Mark());
    }
    for (const auto& member : node) {
      if (member.first.IsScalar() && member.first.Scalar() == "<<") merge(member.second, object, pointer, depth);
    }
    return object;
  }

  // https://yaml.org/type/merge.html: own keys win, then earlier merged mappings.
  void merge(const YAML::Node& source, json::object& object, const std::string& pointer, int depth) {
    if (source.IsSequence()) {
      for (const auto& one : source) merge(one, object, pointer, depth + 1);
      return;
    }
    if (!source.IsMap()) {
      throw core::Error("yaml-syntax", "a merge key (<<) needs a mapping or a list of mappings.",
                        place_of(source.Mark()));
    }
    for (const auto& member : source) {
      if (member.first.IsScalar() && member.first.Scalar() == "<<") {
        merge(member.second, object, pointer, depth + 1);
        continue;
      }
      const std::string key = key_of(member.first);
      if (object.contains(key)) continue;
      const std::string below = pointer_to(pointer, key);
      object[key] = convert(member.second, below, depth + 1);
      m_document.m_marks[below].key = place_of(member.first.Mark());
    }
  }

  std::string key_of(const YAML::Node& node) const {
    if (node.IsScalar()) return node.Scalar();
    if (node.IsNull()) return "null";
    throw core::Error("yaml-syntax", "a key must be a plain text, not a list or mapping.", place_of(node.Mark()));
  }

  std::string m_text;                ///< without byte order mark: offsets in it are yaml-cpp's
  std::vector<std::size_t> m_pairs;  ///< where a surrogate pair was joined
  Document m_document;
  Scalars m_scalars;
  std::size_t m_nodes = 0;
};

Document Document::parse(const std::string& text, const std::string& name, Scalars scalars) {
  return DocumentBuilder(name, scalars).build(text);
}

Document Document::load(const std::filesystem::path& file, Scalars scalars) {
  return parse(core::read_file(file), file.string(), scalars);
}

}  // namespace mlops::document
