#pragma once

#include <mlops/emulator/execution/command_spec.hpp>
#include <set>
#include <string>
#include <vector>

namespace mlops::emulator {

/// A step as it stands in a pipeline's "jobs".
struct PipelineStep {
  std::string name;
  json::object node;
  std::set<std::string> after;  ///< steps whose outputs it uses
};

/// A pipeline job, or a component of type pipeline with its inputs filled in.
struct PipelineSpec {
  JobInputs inputs;
  JobOutputs outputs;
  std::vector<PipelineStep> steps;  ///< each after those it uses
  bool continue_on_step_failure = false;
};

/// Throws core::Error "job-invalid": no steps, a step that uses an unknown one, steps that wait for each other, a type
/// that isn't supported.
PipelineSpec parse_pipeline(const json::object& properties);

/// What `${{parent.jobs.<step>.outputs.<output>}}` stands for, by "<step>.<output>".
using StepOutputs = std::map<std::string, JobInput>;

/// The inputs of a node with its bindings to the pipeline's inputs and to other steps' outputs resolved. One bound to
/// an optional input without a value is left out. Throws core::Error "job-invalid" for a binding that leads nowhere.
JobInputs bind_inputs(const PipelineStep& step, const JobInputs& pipeline_inputs, const StepOutputs& outputs);

/// The pipeline's output that an output of a node is bound to by `${{parent.outputs.<name>}}`; empty for none.
std::string bound_pipeline_output(const PipelineStep& step, const std::string& output);

/// Adds what the component says of its inputs to the values they got: types, and defaults for those without a value.
/// Throws core::Error "job-invalid" for a required input without a value.
JobInputs complete_inputs(const std::string& step, const json::object* component_inputs, JobInputs given);

}  // namespace mlops::emulator
