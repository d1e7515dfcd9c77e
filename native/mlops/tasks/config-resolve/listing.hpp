#pragma once

#include <boost/json.hpp>
#include <mlops/config/configuration.hpp>
#include <string>

namespace mlops::tasks::config_resolve {

/// An aligned table of names, values and where they come from, with the values that lost; secrets are shown as ***.
std::string table_of(const config::Configuration& configuration);

/// {"environment", "variables": {NAME: value}, "sources": {NAME: "file:line:column"}}, without secrets.
boost::json::value json_of(const config::Configuration& configuration, const std::string& environment);

}  // namespace mlops::tasks::config_resolve
