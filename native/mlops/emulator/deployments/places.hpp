#pragma once

#include <mlops/emulator/deployments/expression.hpp>
#include <mlops/emulator/server/message.hpp>
#include <string>

namespace mlops::emulator::deployments {

/// Where the nodes of a template stand: lines from its first one on, as its author counts them, when a client sends the
/// file as it is.
class Places {
 public:
  /// `body` is the request, `root` the JSON pointer of the template in it.
  Places(std::string body, std::string root) : m_body(std::move(body)), m_root(std::move(root)) {}

  /// "at line '12' and column '7'" of the node at a JSON pointer below the template. The body is read only now: most
  /// templates have nothing wrong.
  std::string text(const std::string& pointer) const;

 private:
  std::string m_body;
  std::string m_root;
};

/// 400 "InvalidTemplate", as a template is refused before anything is deployed.
ServiceError invalid_template(const std::string& message);

}  // namespace mlops::emulator::deployments
