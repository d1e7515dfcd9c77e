#include <fmt/format.h>

#include <array>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/compile/component_kind.hpp>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

using KindOf = const ComponentKind& (*)();

constexpr std::array<KindOf, 5> k_kinds = {command_component_kind, parallel_component_kind, spark_component_kind,
                                           data_transfer_component_kind, pipeline_component_kind};

}  // namespace

const ComponentKind& component_kind(const Node& component, const ComponentKind& untyped) {
  const auto type = component.find("type");
  if (!type) return untyped;
  const std::string word = type->as_string();
  std::vector<std::string> words;
  for (const KindOf kind : k_kinds) {
    if (core::equals_ignoring_case(kind().type, word)) return kind();
    words.emplace_back(kind().type);
  }
  throw type->error("value-invalid", fmt::format("a component of type \"{}\" can't be created by this task.", word),
                    fmt::format("Types are {}.", fmt::join(words, ", ")));
}

json::value environment_reference(const Scope& scope, const Node& node) {
  const json::value id = environment_id(scope, node);
  const std::string text(id.get_string());
  return json::value(text.front() == '/' ? "azureml:" + text : text);
}

void add_code(json::object& spec, const Scope& scope, const Node& node) {
  const std::string code = code_id(scope, node, true);
  if (!code.empty()) spec["code"] = code.front() == '/' ? "azureml:" + code : code;
}

}  // namespace mlops::aml
