#pragma once

#include <mlops/emulator/context.hpp>
#include <optional>
#include <string>

namespace mlops::emulator {

/// The version of an asset that a reference names: "[azureml:]/subscriptions/.../<kind>/<name>/versions/<version>" (or
/// /labels/latest), "azureml:<name>:<version>", "azureml:<name>@latest", "<name>:<version>". Throws core::Error
/// "asset-missing" with the reference when there is none.
Resource find_asset(const Context& context, const Workspace& workspace, const std::string& kind,
                    const std::string& reference);

/// The properties of an environment version; an environment of a registry, which isn't here, has only its image.
json::object find_environment(const Context& context, const Workspace& workspace, const std::string& reference);

/// Where the files of an environment's build context are; empty when it has none.
std::filesystem::path build_context(const Context& context, const Workspace& workspace,
                                    const json::object& environment);

/// Copies a file or folder to a place that doesn't exist yet. Files are copied with read-only permissions when
/// `read_only`; very large ones are then linked instead. Throws core::Error "file-unwritable".
void copy_tree(const std::filesystem::path& from, const std::filesystem::path& to, bool read_only);

/// Copies the snapshot of a code version into a folder, which is made. Throws core::Error "asset-missing".
void copy_code(const Context& context, const Workspace& workspace, const std::string& code,
               const std::filesystem::path& folder);

}  // namespace mlops::emulator
