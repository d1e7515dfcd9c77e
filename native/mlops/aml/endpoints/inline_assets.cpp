#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/aml/endpoints/inline_assets.hpp>

namespace mlops::aml {

namespace {

const Table& code_table() {
  static const Table table = {{"code", "", nullptr, true}, {"scoring_script", "scoringScript", convert::text, true}};
  return table;
}

json::value created(const Scope& scope, Kind kind, const Node& node, Compiled compiled) {
  compiled.kind = kind;
  compiled.place = node.place();
  compiled.name_place = node.at("name").place();
  return json::value(scope.resolver.create(compiled));
}

}  // namespace

json::value deployed_model(const Scope& scope, const Node& node) {
  if (!node.is_mapping()) return convert::asset(k_model)(scope, node);
  const Scope own = scope.as("a model");
  if (node.find("name")) return created(scope, Kind::model, node, compile_model(own, node));
  return json::value(anonymous_model_id(own, node));
}

json::value deployed_environment(const Scope& scope, const Node& node) {
  if (!node.is_mapping() || !node.find("name")) return environment_id(scope, node);
  return created(scope, Kind::environment, node, compile_environment(scope.as("an environment"), node));
}

json::value code_configuration(const Scope& scope, const Node& node) {
  json::object body = filled(scope.as("a code configuration"), node, code_table());
  const Node code = node.at("code");
  const std::string text = code.as_string();
  if (AssetReference::parse(text)) {
    body["codeId"] = scope.resolver.asset(k_code, text, code.place());
    return body;
  }
  const auto folder = resolve_path(scope.folder, text);
  const Node script = node.at("scoring_script");
  if (!std::filesystem::exists(folder / script.as_string())) {
    throw script.error("file-missing", fmt::format("there is no scoring script \"{}\" in \"{}\".", script.as_string(),
                                                   folder.string()));
  }
  body["codeId"] = scope.resolver.code({folder, code.place(), false, {}});
  return body;
}

}  // namespace mlops::aml
