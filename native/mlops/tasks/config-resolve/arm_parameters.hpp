#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <mlops/config/configuration.hpp>

namespace mlops::tasks::config_resolve {

/// The content of an ARM parameters file: each parameter of the template gets the value of the variable that has its
/// name, compared without case and underscores (storageSku: STORAGE_SKU), converted to the parameter's type. An empty
/// value counts as none, and the parameter's default holds. Throws core::Error "parameter-missing" with all that have
/// neither, "parameter-invalid" with the variable's place for a value that doesn't fit type or allowedValues, and
/// "parameter-secret" for a secret, which belongs in no file.
/// https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files
boost::json::value arm_parameters(const config::Configuration& configuration,
                                  const std::filesystem::path& template_file);

}  // namespace mlops::tasks::config_resolve
