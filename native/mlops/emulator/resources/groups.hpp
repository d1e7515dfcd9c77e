#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

/// A resource group: one that was put, or one that a workspace of the command line stands in.
struct ResourceGroup {
  std::string name;
  std::string location;
  json::object tags;
};

std::vector<ResourceGroup> resource_groups(const Context& context);

/// The group of that name, compared without case.
std::optional<ResourceGroup> find_group(const Context& context, const std::string& name);

/// The group of a request's {group}. Throws ServiceError 404 "ResourceGroupNotFound", "SubscriptionNotFound".
ResourceGroup group_of(const Context& context, const Request& request);

/// Throws ServiceError 404 unless the request's {subscription} is ours.
void check_subscription(const Context& context, const Request& request);

/// Resource groups: GET, HEAD, list, PUT.
void add_group_routes(Router& router, Context& context);

}  // namespace mlops::emulator
