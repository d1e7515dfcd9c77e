#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>
#include <optional>
#include <string>

namespace mlops::emulator::deployments {

/// Sends requests to the emulator's own routes, so that a deployed workspace or compute is the same as one that a
/// client put. Long-running operations are followed to their end.
class LocalClient {
 public:
  LocalClient(const Router& router, const Context& context) : m_router(router), m_context(context) {}

  /// Empty where the answer is 404.
  std::optional<json::object> find(const std::string& id, const std::string& api_version) const;
  /// Throws ServiceError with what the provider answered.
  json::object put(const std::string& id, const std::string& api_version, const json::object& body) const;

 private:
  Response send(const std::string& method, const std::string& target, const std::string& body) const;
  void follow(const Response& response) const;

  const Router& m_router;
  const Context& m_context;
};

}  // namespace mlops::emulator::deployments
