#pragma once

#include <memory>
#include <mlops/emulator/deployments/local_client.hpp>
#include <mlops/emulator/deployments/records.hpp>
#include <mlops/emulator/deployments/template.hpp>
#include <string>

namespace mlops::emulator::deployments {

/// What reference() sees of the resources that are there now.
class Existing : public Runtime {
 public:
  Existing(const Template& planned, const LocalClient& client) : m_template(planned), m_client(client) {}

  json::value reference(const std::string& target, const std::string& api_version, bool full) override;
  json::value list(const std::string& action, const std::string& target, const std::string& api_version) override;

 protected:
  const Template& m_template;
  const LocalClient& m_client;
};

/// Puts the resources of a template in the order of their dependencies, those of nested deployments with them. One that
/// fails does not stop those that don't need it. Each step is kept as an operation of the deployment `id`. Returns the
/// outputs. Throws ServiceError "DeploymentFailed", or "DeploymentCanceled" once the deployment is.
json::object deploy(const Template& planned, const std::string& id, const LocalClient& client, Records& records);

/// The nested template of a resource that is a deployment, with its parameters. `body` is what Template::body_of made
/// of the resource.
std::unique_ptr<Template> nested_template(const Template& outer, const PlannedResource& resource,
                                          const json::object& body);

}  // namespace mlops::emulator::deployments
