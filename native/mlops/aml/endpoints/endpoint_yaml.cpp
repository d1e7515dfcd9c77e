#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/endpoints/compile.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

Convert public_network_access() {
  return convert::choice({{"enabled", "Enabled"}, {"disabled", "Disabled"}});
}

json::value user_identities(const Scope&, const Node& node) {
  json::object identities;
  for (const auto& child : node.children()) {
    const std::string id = child.is_mapping() ? child.at("resource_id").as_string() : child.as_string();
    identities[id] = json::object();
  }
  return identities;
}

const Table& identity_table() {
  static const Table table = {
      {"type", "type",
       convert::choice({{"system_assigned", "SystemAssigned"}, {"user_assigned", "UserAssigned"}, {"none", "None"}}),
       true},
      {"user_assigned_identities", "userAssignedIdentities", user_identities},
      {"principal_id", "", nullptr},
      {"tenant_id", "", nullptr},
  };
  return table;
}

// Shares of deployments that may not exist yet; the whole must not be more than everything.
json::value traffic(const Scope& scope, const Node& node) {
  std::int64_t sum = 0;
  for (const auto& [deployment, share] : node.members()) {
    const std::int64_t percent = convert::integer(scope, share).get_int64();
    if (percent < 0) throw share.error("value-invalid", "a share of the traffic is a whole number from 0 to 100.");
    sum += percent;
  }
  if (sum > 100)
    throw node.error("value-invalid", fmt::format("the traffic adds up to {} percent, more than 100.", sum));
  return nullptr;
}

const Table& endpoint_table() {
  static const Table table = {
      {"name", "", nullptr, true},
      {"auth_mode", "properties.authMode",
       convert::choice({{"key", "Key"}, {"aml_token", "AMLToken"}, {"aad_token", "AADToken"}})},
      {"description", "properties.description", convert::text},
      {"properties", "properties.properties", convert::texts},
      {"compute", "properties.compute", convert::compute},
      {"public_network_access", "properties.publicNetworkAccess", public_network_access()},
      {"identity", "identity", endpoint_identity()},
      {"tags", "tags", convert::texts},
      {"location", "location", convert::text},
      {"traffic", "", traffic},
      {"mirror_traffic", "", traffic},
      // What a downloaded definition holds, and only the service decides.
      {"id", "", nullptr},
      {"kind", "", nullptr},
      {"scoring_uri", "", nullptr},
      {"openapi_uri", "", nullptr},
      {"provisioning_state", "", nullptr},
      {"type", "", nullptr},
  };
  return table;
}

}  // namespace

Convert endpoint_identity() {
  return convert::mapping(identity_table(), "an endpoint's identity");
}

// The rule of azure-ai-ml and the service's limits: the name becomes a part of a host's name.
void check_endpoint_name(const Node& node) {
  const std::string name = node.as_text();
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  const bool good = name.size() >= 3 && name.size() <= 32 && letter(name.front()) && name.back() != '-' &&
                    std::all_of(name.begin(), name.end(), inner);
  if (good) return;
  throw node.error("value-invalid", fmt::format("\"{}\" can't be the name of an endpoint.", name),
                   "Use 3 to 32 letters, digits and '-', the first a letter, the last not '-'.");
}

bool is_on_kubernetes(const json::value& endpoint) {
  return !text_at(endpoint, "properties.compute").empty();
}

CompiledEndpoint compile_endpoint(const YamlFile& file, Resolver& resolver) {
  return compile_endpoint({resolver, file.folder(), kind_name(Kind::online_endpoint)}, file.root());
}

CompiledEndpoint compile_endpoint(const Scope& scope, const Node& root) {
  CompiledEndpoint compiled;
  compiled.body = filled(scope, root, endpoint_table());
  check_endpoint_name(root.at("name"));
  compiled.name = root.at("name").as_text();
  compiled.place = root.at("name").place();
  json::object& properties = compiled.body["properties"].is_object() ? compiled.body["properties"].get_object()
                                                                     : compiled.body["properties"].emplace_object();
  if (!properties.contains("authMode")) properties["authMode"] = "Key";
  if (!compiled.body.contains("location")) compiled.body["location"] = scope.resolver.location();
  if (!compiled.body.contains("identity")) compiled.body["identity"] = {{"type", "SystemAssigned"}};
  return compiled;
}

}  // namespace mlops::aml
