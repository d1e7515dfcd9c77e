#pragma once

#include <map>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/step_kind.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::aml {

/// A step of a pipeline as its YAML has it.
struct Step {
  std::string name;
  Node node;
  const StepKind* kind = nullptr;
  std::optional<Component> component;  ///< of a component's file or a mapping below the component's key
  std::string reference;               ///< of a registered component
  std::string source;                  ///< YAML.JOB, YAML.COMPONENT, REMOTE.WORKSPACE.COMPONENT, REMOTE.REGISTRY
  std::map<std::string, Port> inputs;
  std::map<std::string, Port> outputs;

  /// The step itself says what it runs.
  bool is_inline() const { return kind->component && !component && reference.empty(); }
};

/// The steps of a pipeline with everything they bind, and the types that follow from the bindings.
class PipelineSteps {
 public:
  /// What stands around the steps: it says in which form inputs and outputs are declared.
  enum class Frame { job, component };

  /// Reads all steps and checks what they refer to: unknown inputs, steps and outputs, missing inputs, steps that wait
  /// for each other. Throws core::Error at the place.
  PipelineSteps(const Scope& scope, const Node& pipeline, Frame frame);

  const std::vector<Step>& steps() const { return m_steps; }

  /// What a step described in place needs declared to be a component: its inputs and outputs with their types.
  json::object inline_inputs(const Step& step) const;
  json::object inline_outputs(const Step& step) const;

  /// The type of a step's output as it follows from its declaration, its binding or its component.
  std::string output_type(const Step& step, const std::string& name) const;

 private:
  Step read_step(const std::string& name, const Node& node) const;
  void read_component(Step& step, const Node& component) const;
  void settle_kind(Step& step, const Node& component) const;
  void check_step(const Step& step) const;
  void check_against_component(const Step& step) const;
  void check_required_inputs(const Step& step, const Names& given) const;
  void check_input_binding(const Step& step, const Node& place, const Expression& binding) const;
  void check_output_binding(const Node& place, const Expression& binding) const;
  void check_order() const;
  const Step& step_named(const Node& place, const std::string& name) const;
  const Step* find(const std::string& name) const;
  /// Type and mode of what an input or output is bound to.
  Port source_of(const Expression& binding) const;
  Port typed_input(const Step& step, const std::string& name) const;

  Scope m_scope;
  Node m_pipeline;
  std::map<std::string, Port> m_inputs;
  std::map<std::string, Port> m_outputs;
  std::vector<Step> m_steps;
};

}  // namespace mlops::aml
