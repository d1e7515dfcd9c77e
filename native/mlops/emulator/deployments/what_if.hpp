#pragma once

#include <mlops/emulator/deployments/run.hpp>
#include <vector>

namespace mlops::emulator::deployments {

/// What differs between a resource that is there and what a template makes of it, as the `delta` of a what-if:
/// [{"path", "propertyChangeType": Create | Delete | Modify | Array, "before", "after", "children"}]. Members that the
/// template leaves alone are no difference, unless `declared`, what was put last, has them.
json::array differences(const json::object& before, const json::object& after, const json::object& declared);

/// The changes that a deployment would make, ordered by id: Create, Modify, NoChange, and Ignore for what is in the
/// group and not in the template. With `ids_only` they have no payload, and what is there counts as Deploy.
/// https://learn.microsoft.com/rest/api/resources/deployments/what-if
json::array what_if(const Template& planned, const Context& context, const LocalClient& client, bool ids_only);

}  // namespace mlops::emulator::deployments
