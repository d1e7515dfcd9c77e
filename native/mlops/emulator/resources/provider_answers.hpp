#pragma once

#include <boost/json.hpp>
#include <string>

namespace mlops::emulator {

/// The properties that a resource's provider adds: addresses, principals, keys of its own. Made once for each resource;
/// those of a type without any are {"provisioningState": "Succeeded"}.
boost::json::object provider_answers(const std::string& type, const std::string& id, const std::string& name,
                                     const std::string& tenant);

}  // namespace mlops::emulator
