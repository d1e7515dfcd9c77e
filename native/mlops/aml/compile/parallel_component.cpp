#include <fmt/format.h>

#include <array>
#include <cctype>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/core/text.hpp>

// A script that is run on many small batches of its input at once. Followed from what azure-ai-ml sends.

namespace mlops::aml {

namespace {

const Table& task_table() {
  static const Table table = {
      {"type", "type",
       convert::choice({{"run_function", "run_function"}, {"function", "function"}, {"model", "model"}}), true},
      {"code", "", nullptr},
      {"entry_script", "entry_script", convert::text},
      {"program_arguments", "program_arguments", convert::text},
      {"model", "model", convert::text},
      {"append_row_to", "append_row_to", convert::text},
      {"environment", "environment", environment_reference, true},
  };
  return table;
}

json::value task(const Scope& scope, const Node& node) {
  const Scope own = scope.as("the task of a parallel step");
  json::object body = filled(own, node, task_table());
  add_code(body, own, node);
  return body;
}

struct Unit {
  const char* word;
  std::int64_t factor;
};

constexpr std::array<Unit, 3> k_units = {{{"kb", 1LL << 10}, {"mb", 1LL << 20}, {"gb", 1LL << 30}}};

// "10kb": rows or files as a number, or bytes with a unit.
json::value batch_size(const Scope&, const Node& node) {
  const std::string text = core::to_lower(node.as_text());
  std::size_t digits = 0;
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) ++digits;
  constexpr std::size_t k_most_digits = 15;
  if (digits != 0 && digits <= k_most_digits) {
    const std::int64_t number = std::stoll(text.substr(0, digits));
    if (digits == text.size()) return number;
    for (const auto& unit : k_units) {
      if (text.compare(digits, std::string::npos, unit.word) == 0) return number * unit.factor;
    }
  }
  throw node.error("value-invalid", fmt::format("\"{}\" is no size of a mini batch.", text),
                   "Write a number of files or rows (10), or of bytes with kb, mb or gb (10kb).");
}

json::value batch_size_text(const Scope& scope, const Node& node) {
  return json::value(std::to_string(batch_size(scope, node).get_int64()));
}

// The service takes the list as a text that holds JSON.
json::value partition_keys(const Scope& scope, const Node& node) {
  return json::value(python_json(convert::text_list(scope, node)));
}

Convert retry_settings() {
  static const Table table = {{"timeout", "timeout", convert::integer},
                              {"max_retries", "max_retries", convert::integer}};
  return convert::mapping(table, "retry settings");
}

Convert logging_level() {
  return convert::choice({{"DEBUG", "DEBUG"}, {"INFO", "INFO"}, {"WARNING", "WARNING"}});
}

// The SDK sends this default, and it counts in the hash.
void complete(json::object& spec, const Scope&, const Node&) {
  spec.emplace("mini_batch_size", "0");
}

void check(const Node& node, const Names& inputs, const Names& outputs) {
  if (const auto data = node.find("input_data")) check_command(*data, inputs, outputs);
  const auto task = node.find("task");
  if (!task || !task->is_mapping()) return;
  for (const char* key : {"program_arguments", "append_row_to"}) {
    if (const auto text = task->find(key)) check_command(*text, inputs, outputs);
  }
}

}  // namespace

const ComponentKind& parallel_component_kind() {
  static const Table limits = {
      {"max_concurrency_per_instance", "max_concurrency_per_instance", convert::integer},
      {"mini_batch_error_threshold", "mini_batch_error_threshold", convert::integer},
      {"resources", "resources", in_snake_case(resources())},
      {"input_data", "input_data", convert::text},
      {"retry_settings", "retry_settings", retry_settings()},
      {"task", "task", task, true},
  };
  static const ComponentKind kind = {
      .type = "parallel",
      .name = "a parallel component",
      .definition = joined({limits,
                            {{"logging_level", "logging_level", logging_level()},
                             {"error_threshold", "error_threshold", convert::integer},
                             {"mini_batch_size", "mini_batch_size", batch_size_text},
                             {"partition_keys", "partition_keys", convert::text_list}}}),
      .settings = joined(
          {limits,
           {{"mini_batch_size", "mini_batch_size", batch_size}, {"partition_keys", "partition_keys", partition_keys}}}),
      .default_settings = {{"mini_batch_size", 0}},
      .complete = complete,
      .check = check,
  };
  return kind;
}

}  // namespace mlops::aml
