#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <mlops/document/scalar.hpp>
#include <mlops/document/yaml_tree.hpp>
#include <string_view>
#include <unordered_map>

namespace mlops::document {

namespace {

YamlMark mark_of(const yaml_mark_t& mark) {
  return {mark.line, mark.column};
}

std::string text_of(const yaml_char_t* text) {
  return text ? reinterpret_cast<const char*>(text) : "";
}

std::string anchor_of(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_SEQUENCE_START_EVENT:
      return text_of(event.data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
      return text_of(event.data.mapping_start.anchor);
    default:
      return text_of(event.data.scalar.anchor);
  }
}

}  // namespace

/// Builds the tree from libyaml's events.
class YamlComposer {
 public:
  YamlComposer(YamlTree& tree, const std::string& text, int deepest) : m_tree(tree), m_deepest(deepest) {
    yaml_parser_initialize(&m_parser);
    yaml_parser_set_encoding(&m_parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&m_parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }

  YamlComposer(const YamlComposer&) = delete;
  YamlComposer& operator=(const YamlComposer&) = delete;

  ~YamlComposer() {
    yaml_event_delete(&m_event);
    yaml_parser_delete(&m_parser);
  }

  void compose() {
    while (next() != YAML_STREAM_END_EVENT) {
      if (m_event.type != YAML_DOCUMENT_START_EVENT) continue;
      if (m_tree.m_root) fail("the file holds more than one YAML document (---)");
      next();
      m_tree.m_root = node(0);
    }
  }

 private:
  yaml_event_type_t next() {
    yaml_event_delete(&m_event);
    if (yaml_parser_parse(&m_parser, &m_event) == 0) {
      throw syntax_error();
    }
    return m_event.type;
  }

  YamlSyntaxError syntax_error() const {
    const std::string_view problem = m_parser.problem ? m_parser.problem : "there is too little memory";
    const std::string_view context = m_parser.context ? m_parser.context : "";
    if (context == "while scanning a quoted scalar" && problem == "found unexpected end of stream") {
      return {"the quoted text that begins here has no closing quote", mark_of(m_parser.context_mark)};
    }
    if (problem == "found character that cannot start any token") {
      return {unusable_start(static_cast<char>(*m_parser.buffer.pointer)), mark_of(m_parser.problem_mark)};
    }
    if (m_parser.error == YAML_READER_ERROR) return {std::string(problem), {}, m_parser.problem_offset};
    const auto mark = mark_of(m_parser.problem_mark);
    if (context.empty() || m_parser.context_mark.line == mark.line) return {std::string(problem), mark};
    return {fmt::format("{} {} that begins in line {}", problem, context, m_parser.context_mark.line + 1), mark};
  }

  static std::string unusable_start(char first) {
    if (first == '\t') return "a tab stands where only spaces may";
    return fmt::format("a text that starts with {} needs quotes", first);
  }

  [[noreturn]] void fail(std::string problem) const {
    throw YamlSyntaxError{std::move(problem), mark_of(m_event.start_mark)};
  }

  const YamlNode* node(int depth) {
    if (depth > m_deepest) fail("it nests too deeply");
    if (m_event.type == YAML_ALIAS_EVENT) return anchored(text_of(m_event.data.alias.anchor));
    auto& node = m_tree.m_nodes.emplace_back();
    node.mark = mark_of(m_event.start_mark);
    const auto anchor = anchor_of(m_event);  // filling the node reads further events
    m_anchors.erase(anchor);
    if (m_event.type == YAML_SEQUENCE_START_EVENT) {
      fill_sequence(node, depth);
    } else if (m_event.type == YAML_MAPPING_START_EVENT) {
      fill_mapping(node, depth);
    } else {
      fill_scalar(node, m_event.data.scalar);
    }
    keep(anchor, node);
    return &node;
  }

  static void fill_scalar(YamlNode& node, const decltype(yaml_event_t::data.scalar)& scalar) {
    node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    node.tag = text_of(scalar.tag);
    node.plain = scalar.plain_implicit != 0 && scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (node.plain && is_null_word(node.text)) return;
    node.kind = YamlNode::Kind::scalar;
  }

  void fill_sequence(YamlNode& node, int depth) {
    node.kind = YamlNode::Kind::sequence;
    while (next() != YAML_SEQUENCE_END_EVENT) node.items.push_back(this->node(depth + 1));
  }

  void fill_mapping(YamlNode& node, int depth) {
    node.kind = YamlNode::Kind::mapping;
    while (next() != YAML_MAPPING_END_EVENT) {
      const auto* key = this->node(depth + 1);
      next();
      node.members.emplace_back(key, this->node(depth + 1));
    }
  }

  // An anchor is known once its node is whole, so that no node can hold itself.
  void keep(const std::string& anchor, const YamlNode& node) {
    if (anchor.empty()) return;
    m_anchors[anchor] = &node;
    auto& first = m_tree.m_first_anchor;
    if (!first || node.mark < *first) first = node.mark;
  }

  const YamlNode* anchored(const std::string& name) const {
    const auto found = m_anchors.find(name);
    if (found == m_anchors.end()) fail("there is no anchor \"" + name + "\" before this alias");
    return found->second;
  }

  YamlTree& m_tree;
  int m_deepest;
  yaml_parser_t m_parser{};
  yaml_event_t m_event{};
  std::unordered_map<std::string, const YamlNode*> m_anchors;
};

YamlTree::YamlTree(const std::string& text, int deepest) {
  YamlComposer(*this, text, deepest).compose();
}

}  // namespace mlops::document
