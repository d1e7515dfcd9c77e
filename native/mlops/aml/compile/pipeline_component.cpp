#include <mlops/aml/compile/component_kind.hpp>
#include <mlops/aml/compile/pipeline_steps.hpp>
#include <mlops/aml/compile/step.hpp>

namespace mlops::aml {

namespace {

constexpr int k_deepest = 16;

void add_steps(json::object& spec, const Scope& scope, const Node& node) {
  if (scope.depth > k_deepest) {
    throw node.error("pipeline-cycle", "the pipeline components stand too deep in each other.",
                     "Does one contain itself?");
  }
  const Scope inside{scope.resolver, scope.folder, scope.what, scope.depth + 1};
  const PipelineSteps steps(inside, node, PipelineSteps::Frame::component);
  spec["jobs"] = compile_steps(inside, steps);
  spec["sourceJobId"] = nullptr;
}

}  // namespace

const ComponentKind& pipeline_component_kind() {
  static const ComponentKind kind = {.type = "pipeline",
                                     .name = "a pipeline component",
                                     .definition = {{"jobs", "", nullptr, true}},
                                     .settings = {},
                                     .runs_code = false,
                                     .complete = add_steps};
  return kind;
}

}  // namespace mlops::aml
