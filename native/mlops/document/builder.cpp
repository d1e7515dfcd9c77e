#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/document/json_builder.hpp>
#include <mlops/document/scalar.hpp>
#include <mlops/document/text_places.hpp>
#include <mlops/document/yaml_tree.hpp>
#include <set>

namespace mlops::document {

namespace {

// Anchors can make a small file unfold into a huge value; no real file comes near these.
constexpr std::size_t k_most_nodes = 300'000;
constexpr std::size_t k_most_bytes = 256 * 1024 * 1024;  // of texts and of the pointers that name places
constexpr int k_deepest = 200;

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

/// Turns a tree as it is written into the JSON value and the table of places.
class DocumentBuilder {
 public:
  DocumentBuilder(const std::string& text, const core::FileName& file, Scalars scalars)
      : m_text(text),
        m_last_line(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'))),
        m_scalars(scalars) {
    m_document.m_file = file;
  }

  Document build() {
    try {
      const YamlTree tree(m_text, k_deepest);
      if (tree.root()) m_document.m_value = convert(*tree.root(), "", 0);
      if (const auto anchor = tree.first_anchor()) m_document.m_first_anchor = place_of(*anchor);
    } catch (const YamlSyntaxError& failure) {
      throw core::Error("yaml-syntax", fmt::format("the YAML can't be read: {}.", failure.problem),
                        failure.offset ? place_at(*failure.offset) : place_of(failure.mark),
                        "Check the indentation and the quotes there.");
    }
    return std::move(m_document);
  }

 private:
  // The parser has the end of a text without a final line feed in the next line.
  core::FilePlace place_of(const YamlMark& mark) const {
    if (mark.line > m_last_line) return place_at(m_text.size());
    return {m_document.m_file, static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
  }

  core::FilePlace place_at(std::size_t offset) const { return PlaceCounter(m_document.m_file, m_text).at(offset); }

  void count(std::size_t nodes, std::size_t bytes, int depth, const YamlNode& node) {
    m_nodes += nodes;
    m_bytes += bytes;
    if (depth <= k_deepest && m_nodes <= k_most_nodes && m_bytes <= k_most_bytes) return;
    throw core::Error("yaml-syntax", "the YAML nests too deeply or unfolds into too many nodes.", place_of(node.mark),
                      "Check its anchors and aliases.");
  }

  json::value convert(const YamlNode& node, const std::string& pointer, int depth) {
    count(1, pointer.size() + node.text.size(), depth, node);
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
        throw core::Error("yaml-syntax", fmt::format("the key \"{}\" stands twice in one mapping.", key),
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
    count(1 + source.members.size(), 0, depth, source);
    if (source.kind == YamlNode::Kind::sequence) {
      for (const auto* one : source.items) merge(*one, object, pointer, depth + 1);
      return;
    }
    if (source.kind != YamlNode::Kind::mapping) {
      throw core::Error("yaml-syntax", "a merge key (<<) needs a mapping or a list of mappings.",
                        place_of(source.mark));
    }
    for (const auto& [key_node, value] : source.members) {
      if (is_merge(*key_node)) continue;
      if (const std::string key = key_of(*key_node); !object.contains(key)) {
        add(object, key, *key_node, *value, pointer, depth);
      }
    }
    for (const auto& [key_node, value] : source.members) {
      if (is_merge(*key_node)) merge(*value, object, pointer, depth + 1);
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

  const std::string& m_text;
  std::size_t m_last_line;
  Document m_document;
  Scalars m_scalars;
  std::size_t m_nodes = 0;
  std::size_t m_bytes = 0;
};

Document Document::parse(const std::string& text, const std::string& name, Scalars scalars) {
  const bool is_json = name.ends_with(".json");
  const core::FileName file(name);
  const std::string content = text.starts_with(k_byte_order_mark) ? text.substr(k_byte_order_mark.size()) : text;
  if (const auto at = core::find_invalid_utf8(content); at != std::string::npos) {
    throw core::Error(is_json ? "json-syntax" : "yaml-syntax", "the file holds a byte that is not UTF-8.",
                      PlaceCounter(file, content).at(at), "Save it in UTF-8.");
  }
  return is_json ? JsonBuilder::build(content, file, scalars) : DocumentBuilder(content, file, scalars).build();
}

Document Document::load(const std::filesystem::path& file, Scalars scalars) {
  return parse(core::read_file(file), file.string(), scalars);
}

}  // namespace mlops::document
