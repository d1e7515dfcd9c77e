#pragma once

#include <compare>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlops::document {

/// A place in a YAML text; all count from 0, in characters.
struct YamlMark {
  std::size_t line = 0;
  std::size_t column = 0;

  auto operator<=>(const YamlMark&) const = default;
};

/// A node of a YAML text as it is written, before scalars get types and merge keys their meaning.
struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;  ///< null also for `~`, `null` and nothing at all
  YamlMark mark;
  std::string text;    ///< of a scalar
  std::string tag;     ///< of a scalar, such as "tag:yaml.org,2002:str"; empty when none is written
  bool plain = false;  ///< a scalar without quotes and without a tag
  std::vector<const YamlNode*> items;
  std::vector<std::pair<const YamlNode*, const YamlNode*>> members;
};

/// What is wrong with a YAML text, in the words of the parser.
struct YamlSyntaxError {
  std::string problem;
  YamlMark mark;
  std::optional<std::size_t> offset{};  ///< of the byte, where the parser did not come to marks
};

/// A text's tree. An alias is the node of its anchor.
class YamlTree {
 public:
  /// Reads one document, as YAML 1.1 has it (https://yaml.org/spec/1.1). Throws YamlSyntaxError, also for a second
  /// document, for a node more than `deepest` levels deep, and for an alias without an anchor or within its own node.
  YamlTree(const std::string& text, int deepest);

  /// Null for a text without any node.
  const YamlNode* root() const { return m_root; }

  /// Where the first node with an anchor (&name) begins.
  std::optional<YamlMark> first_anchor() const { return m_first_anchor; }

 private:
  friend class YamlComposer;

  std::deque<YamlNode> m_nodes;  ///< which stay where they are
  const YamlNode* m_root = nullptr;
  std::optional<YamlMark> m_first_anchor;
};

}  // namespace mlops::document
