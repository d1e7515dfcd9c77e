#pragma once

#include <mlops/agent/input.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::aml {

/// The inputs that every task on a workspace starts with: azureSubscription, resourceGroup, workspace, subscriptionId.
std::vector<agent::InputSpec> workspace_inputs();

/// The names in a collection of the chosen workspace ("models", "models/$(modelName)/versions"), as the choices of an
/// input.
std::string choices_in_workspace(std::string_view collection);

}  // namespace mlops::aml
