#include <mlops/aml/compile/component_kind.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/compile/spark_tables.hpp>

// Spark as a component and as a step. Followed from what azure-ai-ml sends.

namespace mlops::aml {

namespace {

json::value entry_as_written(const Scope& scope, const Node& node) {
  spark_entry(scope, node);
  return node.value();
}

// Digits in quotes are numbers here.
json::value conf(const Scope&, const Node& node) {
  json::object settings;
  for (const auto& [name, value] : node.members()) {
    if (value.is_null()) continue;
    const std::string text = value.is_string() ? value.as_string() : std::string();
    const bool digits = !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789") == std::string::npos;
    settings[name] = digits ? json::value(std::stoll(text)) : value.value();
  }
  return settings;
}

void check(const Node& node, const Names& inputs, const Names& outputs) {
  if (const auto args = node.find("args")) check_command(*args, inputs, outputs);
}

}  // namespace

const ComponentKind& spark_component_kind() {
  static const ComponentKind kind = {
      .type = "spark",
      .name = "a Spark component",
      .definition = joined({spark_files(),
                            {{"entry", "entry", entry_as_written, true},
                             {"conf", "conf", conf},
                             {"code", "", nullptr},
                             {"environment", "environment", environment_reference},
                             {"additional_includes", "additional_includes", convert::text_list}}}),
      .settings = joined({spark_files(), {{"entry", "entry", in_snake_case(spark_entry)}, {"conf", "conf", conf}}}),
      .complete = add_code,
      .check = check,
  };
  return kind;
}

}  // namespace mlops::aml
