#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/compile/sweep_tables.hpp>

// A sweep as a step of a pipeline. Followed from what azure-ai-ml sends.

namespace mlops::aml {

namespace {

// Checked as in a sweep job, kept as it was written.
Convert as_written(Convert check) {
  return [check = std::move(check)](const Scope& scope, const Node& node) -> json::value {
    check(scope, node);
    return node.value();
  };
}

json::value policy(const Scope& scope, const Node& node) {
  json::object body = to_snake_case(early_termination()(scope, node)).get_object();
  // The SDK sends these, and they count in the hash of a pipeline component.
  for (const char* key : {"evaluation_interval", "delay_evaluation"}) body.emplace(key, 0);
  return body;
}

}  // namespace

Table sweep_step_keys() {
  return {
      {"limits", "limits", as_written(sweep_limits()), true},
      {"sampling_algorithm", "sampling_algorithm", as_written(sampling_algorithm)},
      {"objective", "objective", as_written(sweep_objective()), true},
      {"early_termination", "early_termination", policy},
      {"search_space", "search_space", as_written(search_space), true},
      {"queue_settings", "queue_settings", as_written(queue_settings())},
      {"identity", "", identity()},
      {"resources", "resources", in_snake_case(resources())},
  };
}

}  // namespace mlops::aml
