#pragma once
// config: layered configuration in the form of Azure Pipelines variable templates: files, overlays for environments,
// references, and where each value came from. Knows nothing of HTTP or the agent.

#include <filesystem>
#include <mlops/core/error.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::config {

/// One value as a layer gives it, references not yet replaced.
struct Definition {
  std::string name;  ///< as it is spelled there
  std::string text;  ///< exactly as written: `3.10` is "3.10", `true` is "true"; nothing and null are empty
  core::FilePlace place;
  core::FilePlace name_place;
};

/// What one file contributes, with the templates it includes, in the order in which later values win.
struct Layer {
  std::string file;
  std::vector<Definition> definitions;
  std::vector<std::string> environments;  ///< those it has an overlay for
};

struct LayerOptions {
  std::string environment;     ///< whose overlay applies, compared without case; empty: none
  std::filesystem::path root;  ///< where a template path that begins with '/' starts
};

/// Reads a file with `variables:` (a mapping, or the list form with name/value and template entries; `readonly` is
/// accepted and means nothing here) and `environments:` (an overlay of the same form for each environment). Throws
/// core::Error with the place for unknown keys, variable groups (only the server knows their values), values that are
/// no text, expressions that only the server evaluates, a name given twice in one block, and templates that include
/// themselves.
Layer load_layer(const std::filesystem::path& file, const LayerOptions& options);

/// A layer of values that come from the input of a task: `origin` stands for their place.
Layer make_layer(const std::vector<std::pair<std::string, std::string>>& values, const std::string& origin);

}  // namespace mlops::config
