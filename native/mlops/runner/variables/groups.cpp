#include <mlops/document/document.hpp>
#include <mlops/runner/variables/groups.hpp>

namespace mlops::runner {

std::vector<Variable> read_group(const fs::path& file) {
  const auto document = document::Document::load(file, document::Scalars::as_written);
  std::vector<Variable> result;
  for (const auto& [name, node] : document.root().members()) {
    if (!node.is_mapping()) {
      result.push_back({.name = name, .value = node.is_null() ? std::string() : node.as_text()});
      continue;
    }
    node.require_keys({"value", "isSecret"}, "a variable of a group");
    const auto value = node.find("value");
    const auto secret = node.find("isSecret");
    result.push_back({.name = name,
                      .value = value ? value->as_text() : std::string(),
                      .secret = secret && secret->as_text() == "true"});
  }
  return result;
}

}  // namespace mlops::runner
