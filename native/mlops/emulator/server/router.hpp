#pragma once

#include <functional>
#include <mlops/emulator/server/message.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::emulator {

/// May be called from several threads at once. Throws ServiceError, or anything else, which answers 500.
using Handler = std::function<Response(const Request&)>;

/// Who may call a route.
enum class Access {
  bearer,  ///< a token of ours in the Authorization header; the server answers 401 before the handler runs
  open,    ///< anybody, or the handler checks by itself (SAS, endpoint keys)
};

/// The path of a workspace as it stands in every Resource Manager and data-plane address. The handler finds the
/// workspace with Context::workspaces.of(request).
inline constexpr const char* k_workspace_pattern =
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/"
    "{workspace}";

/// The path of a registry, which holds assets as a workspace does.
inline constexpr const char* k_registry_pattern =
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/registries/"
    "{registry}";

/// Finds the handler of a request.
///
/// A pattern is a path whose parts are fixed texts (compared without case, as Resource Manager does), `{name}` for any
/// one part, or a last `{*name}` for the rest, which may be empty. Among several that match, the one with the earliest
/// fixed part wins. A route's name ("put-job") is what the log and --fault call it.
class Router {
 public:
  void add(std::string name, std::string method, const std::string& pattern, Handler handler,
           Access access = Access::bearer);

  struct Route {
    std::string name;
    std::string method;
    std::vector<std::string> parts;
    Handler handler;
    Access access;
  };

  /// The route of a request, whose `parameters` are filled in. Throws ServiceError 404 when no pattern matches and 405
  /// when one does but for another method. A HEAD request finds the GET route when there is no other.
  const Route& find(Request& request) const;

  std::vector<std::string> names() const;

 private:
  const Route* best_match(const Request& request, std::string_view method) const;

  std::vector<Route> m_routes;
};

}  // namespace mlops::emulator
