#pragma once

#include <mlops/core/world.hpp>
#include <mlops/emulator/server/message.hpp>
#include <optional>
#include <string>

namespace mlops::emulator {

/// A service SAS for a container (empty blob) or one blob, as a query string without '?', in the version 2021-12-02.
/// https://learn.microsoft.com/rest/api/storageservices/create-service-sas
std::string service_sas(const std::string& account_key, const std::string& container, const std::string& blob,
                        const std::string& permissions, core::SystemTime expiry);

/// What a request to Blob storage wants to do, and where.
struct BlobAccess {
  std::string container;
  std::string blob;
  std::string permissions;  ///< any of these letters is enough: "r", "cw", ...
};

/// Why a request may not go on: status, code and message as Blob storage gives them. Empty when it may. Understands
/// service SAS, account SAS, SharedKey, and leaves Bearer tokens to the caller.
std::optional<ServiceError> check_storage_access(const Request& request, const BlobAccess& access,
                                                 const std::string& account_key, core::SystemTime now);

}  // namespace mlops::emulator
