#include <mlops/aml/compile/component_kind.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/json_access.hpp>

namespace mlops::aml {

namespace {

// Kept as it was written; the conversion to REST checks it.
json::value distribution_as_written(const Scope& scope, const Node& node) {
  const json::value checked = distribution()(scope, node);
  json::value written = node.value();
  const json::value* servers = find_at(checked, "parameterServerCount");
  if (servers && written.is_object()) written.get_object()["parameter_server_count"] = *servers;
  return written;
}

void check(const Node& node, const Names& inputs, const Names& outputs) {
  // A missing command is reported with the keys that stand there instead.
  if (const auto command = node.find("command")) check_command(*command, inputs, outputs);
}

}  // namespace

const ComponentKind& command_component_kind() {
  static const ComponentKind kind = {
      .type = "command",
      .name = "a command component",
      .definition = {{"command", "command", convert::text, true},
                     {"environment", "environment", environment_reference, true},
                     {"resources", "resources", in_snake_case(resources())},
                     {"distribution", "distribution", distribution_as_written},
                     {"code", "", nullptr},
                     {"additional_includes", "additional_includes", convert::text_list}},
      .settings = {{"resources", "resources", in_snake_case(resources())},
                   {"distribution", "distribution", in_snake_case(distribution())}},
      .complete = add_code,
      .check = check,
  };
  return kind;
}

}  // namespace mlops::aml
