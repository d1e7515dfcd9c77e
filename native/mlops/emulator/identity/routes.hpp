#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// Entra ID as far as a service principal needs it: openid-configuration, instance discovery, the token endpoints (v1
/// and v2, client credentials with a secret or a federated assertion), and the cloud's description for
/// ARM_CLOUD_METADATA_URL.
void add_identity_routes(Router& router, Context& context);

}  // namespace mlops::emulator
