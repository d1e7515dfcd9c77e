#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/document/json_escapes.hpp>
#include <mlops/document/scalar.hpp>
#include <mlops/document/yaml_tree.hpp>
#include <set>

namespace mlops::document {

namespace {

// Anchors can make a small file unfold into a huge value; no real file comes near these.
constexpr std::size_t k_most_nodes = 300'000;
constexpr int k_deepest = 200;
constexpr int k_lost_with_pair = 2;  // "\\ud83d\\ude80" became "\\U0001f680"

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

/// Turns a tree as it is written into the JSON value and the table of places.
class DocumentBuilder {
 public:
  DocumentBuilder(std::string name, Scalars scalars) : m_scalars(scalars) { m_document.m_file = std::move(name); }

  Document build(const std::string& text) {
    m_text = text.rfind(k_byte_order_mark, 0) == 0 ? text.substr(k_byte_order_mark.size()) : text;
    require_utf8();
    if (is_json()) join_surrogates();
    try {
      const YamlTree tree(m_text, k_deepest);
      if (tree.root()) m_document.m_value = convert(*tree.root(), "", 0);
      if (const auto anchor = tree.first_anchor()) m_document.m_first_anchor = place_of(*anchor);
    } catch (const YamlSyntaxError& failure) {
      throw core::Error(
          syntax_code(), fmt::format("the {} can't be read: {}.", is_json() ? "JSON" : "YAML", failure.problem),
          is_json() ? place_of_json_error(text) : place_of_yaml_error(failure.mark),
          is_json() ? "Check the commas, brackets and quotes there." : "Check the indentation and the quotes there.");
    }
    return std::move(m_document);
  }

 private:
  // JSON is read as the YAML that it is; messages call it what its author does.
  bool is_json() const { return m_document.file().ends_with(".json"); }

  const char* syntax_code() const { return is_json() ? "json-syntax" : "yaml-syntax"; }

  core::FilePlace place_of(const YamlMark& mark) const {
    return {m_document.m_file, static_cast<int>(mark.line) + 1,
            static_cast<int>(mark.column + k_lost_with_pair * pairs_before(mark)) + 1};
  }

  // The parser counts in the text with joined pairs; the user sees the file.
  std::size_t pairs_before(const YamlMark& mark) const {
    if (m_pairs.empty()) return 0;
    std::size_t start = 0;
    for (std::size_t line = 0; line < mark.line; ++line) start = m_text.find('\n', start) + 1;
    std::size_t at = start;
    for (std::size_t column = 0; column < mark.column && at < m_text.size(); ++column) {
      ++at;
      while (at < m_text.size() && (m_text[at] & 0xC0) == 0x80) ++at;  // the other bytes of a character
    }
    return static_cast<std::size_t>(std::lower_bound(m_pairs.begin(), m_pairs.end(), at) -
                                    std::lower_bound(m_pairs.begin(), m_pairs.end(), start));
  }

  // The parser has the end of a text without a final line feed in the next line.
  core::FilePlace place_of_yaml_error(const YamlMark& mark) const {
    const auto last = static_cast<std::size_t>(std::count(m_text.begin(), m_text.end(), '\n'));
    return mark.line > last ? place_at(m_text, m_text.size()) : place_of(mark);
  }

  // YAML takes a comment for the start of a key and complains behind it.
  core::FilePlace place_of_json_error(const std::string& text) const {
    json::stream_parser parser;
    std::error_code failure;
    return place_at(text, parser.write_some(text, failure));
  }

  core::FilePlace place_at(const std::string& text, std::size_t offset) const {
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    const std::size_t line_start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    return {m_document.m_file, static_cast<int>(line) + 1, static_cast<int>(offset - line_start) + 1};
  }

  json::value convert(const YamlNode& node, const std::string& pointer, int depth) {
    if (depth > k_deepest || ++m_nodes > k_most_nodes) {
      throw core::Error("yaml-syntax", "the YAML nests too deeply or unfolds into too many nodes.", place_of(node.mark),
                        "Check its anchors and aliases.");
    }
    auto& marks = m_document.m_marks[pointer];
    marks.value = place_of(node.mark);
    marks.plain = node.kind == YamlNode::Kind::scalar && node.plain;
    switch (node.kind) {
      case YamlNode::Kind::mapping:
        return convert_mapping(node, pointer, depth);
      case YamlNode::Kind::sequence:
        return convert_sequence(node, pointer, depth);
      case YamlNode::Kind::scalar:
        return convert_scalar(node);
      case YamlNode::Kind::null:
        break;
    }
    return nullptr;
  }

  void require_utf8() const {
    const std::size_t at = core::find_invalid_utf8(m_text);
    if (at == std::string::npos) return;
    throw core::Error(syntax_code(), "the file holds a byte that is not UTF-8.", place_at(m_text, at),
                      "Save it in UTF-8.");
  }

  void join_surrogates() {
    JoinedText joined = with_joined_surrogates(m_text, [&](std::size_t at) {
      throw core::Error(syntax_code(), fmt::format("the escape {} is half a character.", m_text.substr(at, 6)),
                        place_at(m_text, at), "Write both halves, as in \\ud83d\\ude80, or the character itself.");
    });
    m_text = std::move(joined.text);
    m_pairs = std::move(joined.pairs);
  }

  json::value convert_scalar(const YamlNode& node) const {
    if (m_scalars == Scalars::as_written) return json::value(node.text);
    static const std::set<std::string> k_typed = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float",
                                                  "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"};
    return node.plain || k_typed.contains(node.tag) ? resolve_plain_scalar(node.text) : json::value(node.text);
  }

  json::value convert_sequence(const YamlNode& node, const std::string& pointer, int depth) {
    json::array array;
    array.reserve(node.items.size());
    for (const auto* item : node.items) {
      array.push_back(convert(*item, pointer_to(pointer, std::to_string(array.size())), depth + 1));
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

  json::value convert_mapping(const YamlNode& node, const std::string& pointer, int depth) {
    json::object object;
    object.reserve(node.members.size());
    for (const auto& [key_node, value] : node.members) {
      if (is_merge(*key_node)) continue;
      const std::string key = distinct(key_of(*key_node), object);
      if (object.contains(key)) {
        throw core::Error(syntax_code(), fmt::format("the key \"{}\" stands twice in one mapping.", key),
                          place_of(key_node->mark), "Remove one of the two.");
      }
      add(object, key, *key_node, *value, pointer, depth);
    }
    for (const auto& [key_node, value] : node.members) {
      if (is_merge(*key_node)) merge(*value, object, pointer, depth);
    }
    return object;
  }

  static bool is_merge(const YamlNode& key) { return key.plain && key.text == "<<"; }

  // https://yaml.org/type/merge.html: own keys win, then earlier merged mappings.
  void merge(const YamlNode& source, json::object& object, const std::string& pointer, int depth) {
    if (source.kind == YamlNode::Kind::sequence) {
      for (const auto* one : source.items) merge(*one, object, pointer, depth + 1);
      return;
    }
    if (source.kind != YamlNode::Kind::mapping) {
      throw core::Error("yaml-syntax", "a merge key (<<) needs a mapping or a list of mappings.",
                        place_of(source.mark));
    }
    for (const auto& [key_node, value] : source.members) {
      if (is_merge(*key_node)) {
        merge(*value, object, pointer, depth + 1);
      } else if (const std::string key = key_of(*key_node); !object.contains(key)) {
        add(object, key, *key_node, *value, pointer, depth);
      }
    }
  }

  void add(json::object& object, const std::string& key, const YamlNode& key_node, const YamlNode& value,
           const std::string& pointer, int depth) {
    const std::string below = pointer_to(pointer, key);
    object[key] = convert(value, below, depth + 1);
    m_document.m_marks[below].key = place_of(key_node.mark);
  }

  std::string key_of(const YamlNode& node) const {
    if (node.kind == YamlNode::Kind::scalar) return node.text;
    if (node.kind == YamlNode::Kind::null) return "null";
    throw core::Error("yaml-syntax", "a key must be a plain text, not a list or mapping.", place_of(node.mark));
  }

  std::string m_text;                ///< without byte order mark
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
