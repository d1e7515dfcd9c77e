#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <mlops/aml/compile/resolver.hpp>
#include <mlops/document/document.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::aml {

using document::Node;

/// Where a node stands, as far as its conversion depends on it.
struct Scope {
  Resolver& resolver;
  std::filesystem::path folder;  ///< that relative paths count from
  std::string what;              ///< "a command job", for messages
  int depth = 0;                 ///< how many pipeline components stand around it
  bool bindable = false;         ///< in a step: a value may be an expression such as ${{parent.inputs.nodes}}

  /// Set by a key that only the preview API has; null where documents have no schema, as in a pipeline's steps.
  bool* preview = nullptr;

  Scope as(std::string other) const { return {resolver, folder, std::move(other), depth, bindable, preview}; }
};

/// Turns a YAML value into the REST one; null leaves the member out. Throws core::Error with the node's place.
using Convert = std::function<json::value(const Scope&, const Node&)>;

/// One key of a YAML mapping: the REST member it becomes and how. Without a target the conversion only checks; without
/// a conversion the key is read by the kind's own code, or means nothing to the service.
struct Field {
  std::string key;
  std::string target;  ///< dotted path in the REST document
  Convert convert;
  bool required = false;
};

using Table = std::vector<Field>;

/// The rows of several tables as one.
Table joined(std::initializer_list<Table> tables);

/// Compiles a mapping by its table into the body. Throws core::Error "key-unknown" with the nearest key, "key-missing",
/// "type-wrong" or "value-invalid".
void fill(json::object& body, const Scope& scope, const Node& node, const Table& table);
json::object filled(const Scope& scope, const Node& node, const Table& table);

/// What a table makes of one key: the same conversion, for the kinds' own code. Null when the key is absent.
json::value field_value(const Scope& scope, const Node& node, const Table& table, const std::string& key);

namespace convert {

/// A text; numbers and booleans in their YAML spelling.
json::value text(const Scope& scope, const Node& node);
/// A text that is masked wherever the task prints.
json::value secret(const Scope& scope, const Node& node);
/// A whole number, also one written as a text (a variable's value).
json::value integer(const Scope& scope, const Node& node);
json::value number(const Scope& scope, const Node& node);
json::value boolean(const Scope& scope, const Node& node);
/// Names to texts: tags, properties, environment variables.
json::value texts(const Scope& scope, const Node& node);
/// A list of texts.
json::value text_list(const Scope& scope, const Node& node);
/// The value as it is.
json::value anything(const Scope& scope, const Node& node);
/// A key of the preview API version alone: the whole document is sent with that version.
Convert preview(Convert convert);
/// A key that the stable REST API has no member for: a warning says that it is left out.
json::value not_in_api(const Scope& scope, const Node& node);
/// Seconds, minutes or milliseconds as an ISO 8601 duration, "PT1H30M".
json::value seconds(const Scope& scope, const Node& node);
json::value minutes(const Scope& scope, const Node& node);
json::value milliseconds(const Scope& scope, const Node& node);

/// One of a list of words, compared without case, '-' and '_'; each with its REST spelling.
Convert choice(std::vector<std::pair<std::string, std::string>> words);
/// A mapping with a table of its own.
Convert mapping(const Table& table, std::string what);
/// A list of such mappings.
Convert list_of(Convert element);
/// Names to such values.
Convert named(Convert element);

/// A mapping with a key that decides which table holds: discriminator, and for each of its words the REST member and
/// value that go with the table.
struct Variant {
  std::string word;
  std::string rest_value;
  Table table;
};

Convert variant(const std::string& discriminator, const std::string& rest_member, const std::vector<Variant>& variants,
                const std::string& what);

/// ARM ids of what a reference names.
Convert asset(const AssetKind& kind);
json::value compute(const Scope& scope, const Node& node);
json::value datastore(const Scope& scope, const Node& node);

}  // namespace convert

/// "PT1H30M" as isodate writes it, from milliseconds.
std::string iso_duration(double milliseconds);

}  // namespace mlops::aml
