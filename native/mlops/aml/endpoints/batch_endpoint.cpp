#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/endpoints/compile.hpp>

namespace mlops::aml {

namespace {

const Table& batch_endpoint_table() {
  static const Table defaults = {{"deployment_name", "deploymentName", convert::text, true}};
  static const Table table = {
      {"name", "", nullptr, true},
      {"auth_mode", "properties.authMode", convert::choice({{"aad_token", "AADToken"}})},
      {"description", "properties.description", convert::text},
      {"properties", "properties.properties", convert::texts},
      {"defaults", "properties.defaults", convert::mapping(defaults, "the defaults of a batch endpoint")},
      {"identity", "identity", endpoint_identity()},
      {"tags", "tags", convert::texts},
      {"location", "location", convert::text},
      {"id", "", nullptr},
      {"kind", "", nullptr},
      {"type", "", nullptr},
      {"scoring_uri", "", nullptr},
      {"openapi_uri", "", nullptr},
      {"provisioning_state", "", nullptr},
  };
  return table;
}

}  // namespace

Compiled compile_batch_endpoint(const Scope& scope, const Node& node) {
  Compiled compiled;
  compiled.body = filled(scope, node, batch_endpoint_table());
  check_endpoint_name(node.at("name"));
  compiled.name = node.at("name").as_text();
  json::value& properties = compiled.body["properties"];
  if (!properties.is_object()) properties.emplace_object();
  properties.get_object().emplace("authMode", "AADToken");
  if (!compiled.body.contains("location")) compiled.body["location"] = scope.resolver.location();
  return compiled;
}

}  // namespace mlops::aml
