#pragma once
// document: YAML and JSON as one value type (boost::json::value) that remembers where each node stood in its file, so
// that every complaint about a user's file names file:line:column.

#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <mlops/core/error.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mlops::document {

namespace json = boost::json;

class Node;

/// What becomes of scalars when a file is read.
enum class Scalars {
  typed,       ///< numbers, booleans and null by the YAML rules
  as_written,  ///< texts exactly as they stand (`1.10`, `007`, `yes`); only null stays null; `${{ }}` may be a key
               ///< twice
};

/// A parsed file; one whose name ends with ".json" is JSON. YAML scalars get their types by the YAML 1.1 rules that
/// PyYAML uses (yes/no/on/off are booleans), as the Azure ML CLI reads them; merge keys (<<) and anchors are resolved.
/// A key that stands twice is an error.
class Document {
 public:
  /// Throws Error "file-missing", "file-unreadable", "yaml-syntax" or "json-syntax" with the place.
  static Document load(const std::filesystem::path& file, Scalars scalars = Scalars::typed);
  /// Parses text; `name` stands for the file in places.
  static Document parse(const std::string& text, const std::string& name, Scalars scalars = Scalars::typed);

  /// A mapping of another document as a document of its own, without some of its keys; everything keeps its place.
  static Document of(const Node& mapping, const std::vector<std::string>& without = {});

  const json::value& value() const { return m_value; }

  const std::string& file() const { return m_file.text(); }

  /// A handle on the top node; it and all below it live as long as this document.
  Node root() const;

  /// The place of the node at a JSON pointer; the nearest enclosing node's place when it has none of its own.
  core::FilePlace place_of(const std::string& pointer) const;
  /// The place of the key of the member at a JSON pointer.
  core::FilePlace place_of_key(const std::string& pointer) const;

  /// The place of the first anchor (&name); null when there is none.
  const core::FilePlace* first_anchor() const { return m_first_anchor ? &*m_first_anchor : nullptr; }

  /// Whether the scalar at a JSON pointer was written without quotes.
  bool is_plain(const std::string& pointer) const;

  /// Replaces or adds the node at a dotted path such as `inputs.quality` or `jobs.train.command`, sequence elements by
  /// their index. The value is read as YAML. Its place is `origin`. Throws Error "override-invalid".
  void set(const std::string& dotted_path, const std::string& yaml_value, const std::string& origin);

  /// Puts the members of another document's mapping in place of those here, mapping by mapping; lists and plain values
  /// are replaced whole. They keep their places. Throws Error "override-invalid" when the other is no mapping.
  void merge(const Document& other);

  /// Applies a function to every string value (not to keys), e.g. to fill in variables. The function gets the place
  /// and the JSON pointer.
  template <typename Function>
  void transform_strings(Function&& function);

 private:
  friend class DocumentBuilder;
  friend class JsonBuilder;
  friend class JsonReader;

  struct Marks {
    core::FilePlace value;
    core::FilePlace key;
    bool plain = false;
  };

  template <typename Function>
  void transform_below(json::value& value, const std::string& pointer, Function& function);

  void merge_below(const std::string& pointer, json::value& target, const json::value& source, const Document& other);

  core::FileName m_file;
  json::value m_value;
  std::unordered_map<std::string, Marks> m_marks;  ///< by JSON pointer
  std::optional<core::FilePlace> m_first_anchor;
};

/// Appends an escaped reference token to a JSON pointer (RFC 6901).
std::string pointer_to(const std::string& parent, std::string_view token);

/// A light handle on one node, with typed access that fails with the node's place.
class Node {
 public:
  Node(const Document& document, const json::value& value, std::string pointer)
      : m_document(&document), m_value(&value), m_pointer(std::move(pointer)) {}

  const json::value& value() const { return *m_value; }

  const std::string& pointer() const { return m_pointer; }

  core::FilePlace place() const { return m_document->place_of(m_pointer); }

  core::FilePlace key_place() const { return m_document->place_of_key(m_pointer); }

  const Document& document() const { return *m_document; }

  bool is_mapping() const { return m_value->is_object(); }

  bool is_sequence() const { return m_value->is_array(); }

  bool is_string() const { return m_value->is_string(); }

  bool is_null() const { return m_value->is_null(); }

  bool is_plain() const { return m_document->is_plain(m_pointer); }

  /// The member of that name; empty when this is no mapping or lacks it, or the member is null.
  std::optional<Node> find(std::string_view key) const;
  /// The member of that name. Throws Error "key-missing" that names the key and this node's place.
  Node at(std::string_view key) const;
  /// Elements of a sequence, or values of a mapping, in the file's order.
  std::vector<Node> children() const;
  /// Members of a mapping, in the file's order. Throws "type-wrong" when it is none.
  std::vector<std::pair<std::string, Node>> members() const;

  /// Typed reads; each throws Error "type-wrong" that says what was expected and what stands there.
  std::string as_string() const;
  /// Strings as they are, numbers and booleans in their YAML spelling; for places where `3.8` means the text "3.8".
  std::string as_text() const;
  bool as_bool() const;
  double as_number() const;  ///< also of a text such as 1e-3, which YAML 1.1 calls no number
  std::int64_t as_integer() const;

  /// Throws an Error "key-unknown" with the place of the first key that is not in the list, and the nearest valid one.
  void require_keys(const std::vector<std::string>& allowed, const std::string& what) const;

  /// An Error with this node's place.
  core::Error error(std::string code, std::string message, std::string hint = {}) const;

 private:
  const Document* m_document;
  const json::value* m_value;
  std::string m_pointer;
};

/// "a mapping", "a number", ... for messages.
std::string kind_name(const json::value& value);

/// The text of a scalar as a person would write it; JSON for anything else.
std::string to_text(const json::value& value);

/// Indented JSON with a final line feed, members in their order.
std::string to_pretty_json(const json::value& value);

template <typename Function>
void Document::transform_strings(Function&& function) {
  transform_below(m_value, "", function);
}

template <typename Function>
void Document::transform_below(json::value& value, const std::string& pointer, Function& function) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) transform_below(member.value(), pointer_to(pointer, member.key()), function);
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      transform_below((*array)[i], pointer_to(pointer, std::to_string(i)), function);
    }
  } else if (auto* text = value.if_string()) {
    *text = std::string(function(std::string(*text), place_of(pointer), pointer));
  }
}

}  // namespace mlops::document
