#pragma once

#include <mlops/emulator/execution/command_spec.hpp>
#include <mlops/emulator/execution/job_records.hpp>
#include <mlops/emulator/execution/pipeline_graph.hpp>
#include <string>

namespace mlops::emulator {

/// What a step of a pipeline runs, with everything filled in.
struct StepSpec {
  std::string display_name;
  std::string component_id;  ///< of the component's version
  json::object component;    ///< its specification
  bool is_pipeline = false;
  JobInputs inputs;
  JobOutputs outputs;  ///< with the place of those bound to outputs of the pipeline
  json::object node;
};

/// Looks up a step's component and binds its inputs and outputs. `pipeline_outputs` has the address of each output of
/// the pipeline. Throws core::Error "asset-missing" or "job-invalid".
StepSpec specify_step(const Context& context, const Workspace& workspace, const PipelineStep& step,
                      const JobInputs& pipeline_inputs, const StepOutputs& step_outputs,
                      const JobOutputs& pipeline_outputs);

/// The command of a step that isn't a pipeline.
CommandSpec command_of(const StepSpec& step);

/// The child job that stands for the step, as the service describes it.
json::object child_body(const JobId& parent, const json::object& parent_properties, const std::string& step_name,
                        const StepSpec& step);

}  // namespace mlops::emulator
