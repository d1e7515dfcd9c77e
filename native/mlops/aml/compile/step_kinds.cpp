#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/compile/spark_tables.hpp>
#include <mlops/aml/compile/step_kind.hpp>
#include <mlops/aml/compile/sweep_tables.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

const Table& common_keys() {
  static const Table table = {
      {"type", "", nullptr},
      {"name", "", nullptr},
      {"display_name", "display_name", convert::text},
      {"description", "", nullptr},
      {"comment", "comment", convert::text},
      {"tags", "tags", convert::texts},
      {"properties", "properties", convert::texts},
      {"compute", "computeId", convert::compute},
      {"experiment_name", "", nullptr},
      {"inputs", "", nullptr},
      {"outputs", "", nullptr},
  };
  return table;
}

// The kind with every key that may stand in such a step: its own before the common ones of the same name, and those of
// a definition in place, which become the component's.
StepKind with_all_keys(StepKind kind) {
  Table keys = kind.keys;
  const auto add = [&keys](Field field) {
    const bool there =
        std::any_of(keys.begin(), keys.end(), [&](const Field& known) { return known.key == field.key; });
    if (!there) keys.push_back(std::move(field));
  };
  for (const auto& field : common_keys()) add(field);
  if (kind.component_key) add({kind.component_key, "", nullptr});
  if (kind.component && kind.in_place) {
    for (const auto& field : kind.component->definition) add({field.key, "", nullptr});
  }
  kind.keys = std::move(keys);
  return kind;
}

Table command_keys() {
  return joined({command_component_kind().settings,
                 {{"limits", "limits", in_snake_case(limits())},
                  {"identity", "identity", in_snake_case(identity())},
                  {"queue_settings", "queue_settings", in_snake_case(queue_settings())},
                  {"services", "services", convert::named(in_snake_case(job_service()))},
                  {"environment_variables", "environment_variables", convert::texts}}});
}

// What may stand in the component need not stand in the step.
Table optional(Table table) {
  for (auto& field : table) field.required = false;
  return table;
}

Table parallel_keys() {
  return joined({optional(parallel_component_kind().settings),
                 {{"identity", "identity", in_snake_case(identity())},
                  {"environment_variables", "environment_variables", convert::texts},
                  {"error_threshold", "error_threshold", convert::integer},
                  {"logging_level", "logging_level",
                   convert::choice({{"DEBUG", "DEBUG"}, {"INFO", "INFO"}, {"WARNING", "WARNING"}})}}});
}

Table spark_keys() {
  return joined({optional(spark_component_kind().settings),
                 {{"resources", "resources", in_snake_case(spark_resources())},
                  {"identity", "identity", in_snake_case(identity())}}});
}

void add_spark_defaults(json::object& node, const Node& step) {
  node.emplace("identity", to_snake_case(default_spark_identity(step)));
  if (auto* conf = node.if_contains("conf"); conf && conf->is_object()) add_first_executors(conf->get_object());
}

const std::vector<StepKind>& kinds() {
  static const std::vector<StepKind> table = {
      with_all_keys({.type = "command", .component = &command_component_kind(), .keys = command_keys()}),
      with_all_keys({.type = "parallel", .component = &parallel_component_kind(), .keys = parallel_keys()}),
      with_all_keys({.type = "sweep",
                     .component = &command_component_kind(),
                     .component_key = "trial",
                     .in_place = false,
                     .keys = sweep_step_keys()}),
      with_all_keys({.type = "spark",
                     .component = &spark_component_kind(),
                     .keys = spark_keys(),
                     .add_defaults = add_spark_defaults}),
      with_all_keys({.type = "data_transfer",
                     .task = "copy_data",
                     .component = &data_transfer_component_kind(),
                     .keys = optional(data_transfer_component_kind().settings)}),
      with_all_keys({.type = "data_transfer",
                     .task = "import_data",
                     .in_place = false,
                     .keys = import_data_keys(),
                     .builtin = import_data_component}),
      with_all_keys({.type = "data_transfer",
                     .task = "export_data",
                     .in_place = false,
                     .keys = export_data_keys(),
                     .builtin = export_data_component}),
      {.type = "automl", .component_key = nullptr, .keys = common_keys(), .compile = automl_step},
      with_all_keys({.type = "pipeline", .component = &pipeline_component_kind(), .in_place = false, .keys = {}}),
  };
  return table;
}

core::Error unknown_word(const Node& node, const char* what, const char* StepKind::*word) {
  std::vector<std::string> words;
  for (const auto& kind : kinds()) {
    const char* known = kind.*word;
    if (known && std::find(words.begin(), words.end(), known) == words.end()) words.emplace_back(known);
  }
  return node.error("value-invalid",
                    fmt::format("a step {} \"{}\" can't be submitted by this task.", what, node.as_string()),
                    fmt::format("It can be {}.", fmt::join(words, ", ")));
}

}  // namespace

const StepKind& step_kind(const Node& step) {
  const auto type = step.find("type");
  if (!type) return kinds().front();
  std::vector<const StepKind*> of_type;
  for (const auto& kind : kinds()) {
    if (core::equals_ignoring_case(kind.type, type->as_string())) of_type.push_back(&kind);
  }
  if (of_type.empty()) throw unknown_word(*type, "of type", &StepKind::type);
  const auto task = step.find("task");
  if (!task || of_type.size() == 1) return *of_type.front();
  for (const auto* kind : of_type) {
    if (core::equals_ignoring_case(kind->task, task->as_string())) return *kind;
  }
  throw unknown_word(*task, "with the task", &StepKind::task);
}

const StepKind* step_kind(const ComponentKind& component) {
  const auto& table = kinds();
  return &*std::find_if(table.begin(), table.end(),
                        [&component](const StepKind& kind) { return kind.component == &component; });
}

}  // namespace mlops::aml
