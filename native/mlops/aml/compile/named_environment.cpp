#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/environment.hpp>

namespace mlops::aml {

Compiled compile_environment(const Scope& scope, const Node& node) {
  Compiled compiled;
  read_asset_name(compiled, node);
  compiled.body["properties"] = environment_properties(scope, node, false);
  return compiled;
}

}  // namespace mlops::aml
