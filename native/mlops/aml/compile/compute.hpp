#pragma once

#include <mlops/aml/compile/fields.hpp>

namespace mlops::aml {

/// true and false as the REST API says them of a setting.
Convert enabled();

/// The subnet of `network_settings`: its full id, or its name beside the name of a virtual network in the workspace's
/// resource group.
json::value subnet(const Scope& scope, const Node& node);

/// What a compute instance has of its own, and what the SDK fills in.
const Table& compute_instance_table();
void finish_compute_instance(json::object& body);

}  // namespace mlops::aml
