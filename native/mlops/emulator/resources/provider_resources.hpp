#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>
#include <string>
#include <vector>

namespace mlops::emulator {

/// Resources of providers that the emulator does not model: storage accounts, key vaults, clusters, networks, role
/// assignments, ... It keeps what was put, adds what their providers answer (provider_answers.hpp) and does nothing
/// with them: GET, list, PUT, DELETE of any type, also as an extension of another resource.
void add_provider_routes(Router& router, Context& context);

/// The resources directly in a group, workspaces among them, as they are shown.
std::vector<json::object> resources_in_group(const Context& context, const std::string& group);

/// What was put to a resource, without what the provider added; null when there is none.
json::value declared_resource(const Context& context, const std::string& id);

}  // namespace mlops::emulator
