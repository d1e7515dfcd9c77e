#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/json_access.hpp>
#include <mlops/emulator/server/router.hpp>
#include <string>
#include <vector>

namespace mlops::emulator {

/// A resource as Resource Manager shows it: id, name (the id's last part), type, systemData, and of the stored body
/// what belongs to the outside: properties, tags, location, kind, identity, sku.
json::object render(const Context& context, const Resource& resource, const std::string& id, const std::string& type);

/// {"value": [...], "nextLink": ...} of all the items, honouring $skip, $top and count. Pages have at most 50 items.
Response page_of(const Context& context, const Request& request, std::vector<json::value> items);

/// Whether listViewType (ActiveOnly by default, ArchivedOnly, All) shows a resource.
bool is_listed(const Request& request, const json::object& body);

/// A 404 in the words of Azure Machine Learning.
ServiceError not_found(const std::string& what, const std::string& name, const std::string& workspace);

/// Throws 400 unless the name has 1 to 255 letters, digits, '-', '_' or '.' and starts with a letter, digit or '_'.
void check_asset_name(const std::string& what, const std::string& name);

}  // namespace mlops::emulator
