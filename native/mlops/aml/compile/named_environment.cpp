#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/environment.hpp>

namespace mlops::aml {

Compiled compile_environment(const Scope& scope, const Node& node) {
  Compiled compiled;
  compiled.body["properties"] = environment_properties(scope, node, false);
  read_asset_name(compiled, node);
  return compiled;
}

}  // namespace mlops::aml
