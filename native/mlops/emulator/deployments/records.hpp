#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/deployments/template.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator::deployments {

/// One step of a deployment: a resource that was put, or could not be.
struct Operation {
  std::string id;
  std::string resource_id;
  std::string resource_type;
  std::string resource_name;
  bool succeeded = false;
  std::string code;  ///< of the error
  std::string message;
};

/// The deployments of the resource groups and their operations, kept in the database.
class Records {
 public:
  explicit Records(const Context& context) : m_context(context) {}

  /// Makes or replaces the record of a deployment that begins; its earlier operations go. Throws ServiceError 409
  /// "DeploymentActive" while one of that id runs. Returns the correlation id, by which a later one is told from this.
  std::string begin(const std::string& id, const Template& planned, const json::object& definition);
  void succeed(const std::string& id, json::object outputs);
  void fail(const std::string& id, const ServiceError& error);
  /// False when it does not run any more.
  bool cancel(const std::string& id);
  bool is_canceled(const std::string& id) const;
  void add(const std::string& id, const Operation& operation);

  /// As Resource Manager shows it.
  std::optional<json::object> find(const std::string& id) const;
  std::optional<json::object> definition(const std::string& id) const;  ///< its template
  std::vector<json::object> list(const std::string& group_id) const;    ///< the newest first
  std::vector<json::object> operations(const std::string& id) const;    ///< the first one first
  bool remove(const std::string& id);

  /// What ran when the emulator stopped has failed.
  void restore();

 private:
  const Context& m_context;
};

}  // namespace mlops::emulator::deployments
