#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/component.hpp>

namespace mlops::aml {

Compiled compile_named_component(const Scope& scope, const Node& node) {
  Compiled compiled;
  read_asset_name(compiled, node);
  const Component component = compile_component(scope, node, "YAML.COMPONENT");
  json::object properties = component.properties();
  json::object& spec = properties["componentSpec"].get_object();
  spec["name"] = compiled.name;
  if (!compiled.version.empty()) spec["version"] = compiled.version;
  properties["isAnonymous"] = false;
  properties["properties"] = {{"client_component_hash", component.client_hash(compiled.name)}};
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
