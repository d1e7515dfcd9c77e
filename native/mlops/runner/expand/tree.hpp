#pragma once

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

  const Items* items() const { return std::get_if<Items>(&content); }

  const Members* members() const { return std::get_if<Members>(&content); }

  Members* members() { return std::get_if<Members>(&content); }

  /// The value of a mapping's member; null when there is none.
  const Tree* find(std::string_view name) const;

  Tree* find(std::string_view name) { return const_cast<Tree*>(std::as_const(*this).find(name)); }

  boost::json::value to_json() const;
};

/// The tree of an expression's value: texts and null as they are, numbers and booleans as the service writes them.
Tree tree_of(const boost::json::value& value, const Origin& origin);

/// Adds a member, or replaces the value of one that is there.
void put(Tree::Members& members, const std::string& name, Tree value);

/// The values and their origins, which the tree gives away.
Expanded to_expanded(Tree root);

}  // namespace mlops::runner
