#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace mlops::tasks::arm_deploy {

/// One property that a deployment would change.
struct PropertyChange {
  char sign = '~';   ///< + added, - removed, ~ changed
  std::string path;  ///< "properties.networkAcls.defaultAction", "properties.subnets[0].name"
  std::string before;
  std::string after;  ///< JSON, cut short where it is long
};

/// What a deployment would do to one resource.
struct ResourceChange {
  std::string id;
  std::string name;  ///< the id below the resource group: "Microsoft.Storage/storageAccounts/st1"
  std::string kind;  ///< Create, Delete, Modify, Deploy, NoChange, Ignore, Unsupported, as the service says
  std::vector<PropertyChange> properties;
};

/// The answer of a what-if.
struct Changes {
  std::vector<ResourceChange> resources;
  std::vector<std::string> remarks;  ///< what the service could not tell

  /// Resources that would be created, changed or deleted.
  std::size_t count() const;
};

/// Reads {"properties": {"changes": [...]}}. Throws core::Error "answer-invalid".
Changes read_changes(const boost::json::value& answer);

/// For the log: a line for each resource with its sign, and those of its properties.
std::string to_text(const Changes& changes, const std::string& group);
/// For the summary of the run.
std::string to_markdown(const Changes& changes, const std::string& group);

}  // namespace mlops::tasks::arm_deploy
