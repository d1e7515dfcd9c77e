#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/evaluator.hpp>

namespace mlops::emulator::deployments {

namespace {

bool is_type(const json::value& value) {
  return text_of(value).find('/') != std::string::npos;
}

// "Microsoft.Storage/storageAccounts/blobServices" with a name for each part behind the provider.
std::string below_provider(const Arguments& arguments, std::size_t type_at) {
  if (type_at >= arguments.size()) {
    throw ExpressionError(
        "The template function 'resourceId' needs a type such as 'Microsoft.Storage/storageAccounts'.");
  }
  const auto types = core::split(text_of(arguments[type_at]), '/');
  const std::size_t names = arguments.size() - type_at - 1;
  if (names != types.size() - 1) {
    throw ExpressionError(
        fmt::format("Unable to evaluate template function 'resourceId': the type '{}' requires '{}' resource name(s), "
                    "but '{}' are given.",
                    text_of(arguments[type_at]), types.size() - 1, names));
  }
  std::string path = "/providers/" + types.front();
  for (std::size_t i = 1; i < types.size(); ++i) path += '/' + types[i] + '/' + text_of(arguments[type_at + i]);
  return path;
}

// Before the type may stand a group, and before that a subscription.
std::string resource_id(const Arguments& arguments, const Surroundings& surroundings) {
  const auto type =
      static_cast<std::size_t>(std::find_if(arguments.begin(), arguments.end(), is_type) - arguments.begin());
  if (type > 2) throw ExpressionError("The template function 'resourceId' takes a subscription and a group at most.");
  const std::string subscription = type == 2 ? text_of(arguments[0]) : surroundings.subscription;
  const std::string group = type >= 1 ? text_of(arguments[type - 1]) : surroundings.group;
  return fmt::format("/subscriptions/{}/resourceGroups/{}{}", subscription, group, below_provider(arguments, type));
}

json::value group_value(const Surroundings& surroundings) {
  return {{"id", surroundings.group_id()},
          {"name", surroundings.group},
          {"type", "Microsoft.Resources/resourceGroups"},
          {"location", surroundings.location},
          {"properties", {{"provisioningState", "Succeeded"}}}};
}

json::value environment_value(const Surroundings& surroundings) {
  return {{"name", "AmlEmulator"},
          {"resourceManager", surroundings.base_url},
          {"authentication",
           {{"loginEndpoint", surroundings.base_url},
            {"audiences", {surroundings.base_url}},
            {"tenant", surroundings.tenant}}},
          {"suffixes",
           {{"storage", "localhost"}, {"keyvaultDns", ".vault.localhost"}, {"acrLoginServer", ".acr.localhost"}}}};
}

}  // namespace

std::optional<json::value> id_function(const std::string& name, const Arguments& arguments,
                                       const Surroundings& surroundings) {
  if (name == "resourceid") return json::value(resource_id(arguments, surroundings));
  if (name == "subscriptionresourceid") {
    const bool other = arguments.size() > 1 && !is_type(arguments[0]);
    return json::value("/subscriptions/" + (other ? text_of(arguments[0]) : surroundings.subscription) +
                       below_provider(arguments, other ? 1 : 0));
  }
  if (name == "tenantresourceid") return json::value(below_provider(arguments, 0));
  if (name == "extensionresourceid") {
    if (arguments.empty()) throw ExpressionError("The template function 'extensionResourceId' needs a resource's id.");
    return json::value(text_of(arguments[0]) + below_provider(arguments, 1));
  }
  return std::nullopt;
}

std::optional<json::value> surroundings_function(const std::string& name, const Surroundings& surroundings) {
  if (name == "resourcegroup") return group_value(surroundings);
  if (name == "subscription") {
    return json::value{{"id", "/subscriptions/" + surroundings.subscription},
                       {"subscriptionId", surroundings.subscription},
                       {"tenantId", surroundings.tenant},
                       {"displayName", "aml-emulator"}};
  }
  if (name == "deployment") return surroundings.deployment;
  if (name == "environment") return environment_value(surroundings);
  if (name == "tenant") return json::value{{"tenantId", surroundings.tenant}};
  return std::nullopt;
}

}  // namespace mlops::emulator::deployments
