#pragma once

#include <mlops/document/document.hpp>
#include <mlops/runner/expanded.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mlops::runner {

/// An expanded node that knows where it was written.
struct Tree {
  using Items = std::vector<Tree>;
  using Member = std::pair<std::string, Tree>;
  using Members = std::vector<Member>;

  std::variant<boost::json::value, Items, Members> content;  ///< a scalar, a sequence or a mapping
  Origin origin;
  bool plain = false;  ///< a scalar that was written without quotes

  const Items* items() const { return std::get_if<Items>(&content); }

  const Members* members() const { return std::get_if<Members>(&content); }

  Members* members() { return std::get_if<Members>(&content); }

  /// The value of a mapping's member; null when there is none.
  const Tree* find(std::string_view name) const;

  Tree* find(std::string_view name) { return const_cast<Tree*>(std::as_const(*this).find(name)); }

  boost::json::value to_json() const;
  /// What a parameter of the type object makes of it: plain scalars by typed_scalar().
  boost::json::value to_typed_json() const;
};

/// A scalar without quotes as a boolean or a number, when its text is the usual one for it; as it is otherwise, so
/// that 1.10 stays a version. Nothing is an empty text.
boost::json::value typed_scalar(const boost::json::value& value);

/// The value of a node as to_typed_json() has it.
boost::json::value typed_value(const document::Node& node);

/// The tree of an expression's value, in which null is an empty text. Numbers and booleans stay what they are, for a
/// template that they are handed to; to_expanded() makes the texts of them.
Tree tree_of(const boost::json::value& value, const Origin& origin);

/// Adds a member, or replaces the value of one that is there.
void put(Tree::Members& members, const std::string& name, Tree value);

/// The values, which the tree gives away, and the tree itself.
Expanded to_expanded(Tree root);

}  // namespace mlops::runner
