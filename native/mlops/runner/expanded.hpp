#pragma once
// What template expansion hands to the runner: the pipeline as the service would run it, without a template expression
// left, in which every node still knows the file it was written in.

#include <boost/json.hpp>
#include <memory>
#include <mlops/core/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::runner {

/// The place of each `template:` or `extends:` that led to a file, the outermost first; null for none. All nodes of the
/// file share it.
using Includes = std::shared_ptr<const std::vector<core::FilePlace>>;

/// Where a node was written, and through which templates it came.
struct Origin {
  core::FilePlace place;
  Includes included_from;
};

/// What led to the nodes of a file that is asked for at that place.
Includes includes_below(const Origin& reference);

struct Tree;

/// A pipeline after template expansion.
struct Expanded {
  boost::json::value root;           ///< a mapping; its scalars are texts or null
  std::shared_ptr<const Tree> tree;  ///< the same nodes with their origins, without the scalars' values

  /// The origin of the node at the JSON pointer (RFC 6901); that of the nearest enclosing node when there is none.
  Origin origin_of(std::string_view pointer) const;
};

}  // namespace mlops::runner
