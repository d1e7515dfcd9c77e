#pragma once

#include <mlops/aml/compile/expressions.hpp>
#include <mlops/aml/compile/fields.hpp>

namespace mlops::aml {

/// One type of component: the keys that say what it runs. A step may describe it in place; then they stand in the step.
struct ComponentKind {
  const char* type;  ///< the value of `type`
  const char* name;  ///< "a Spark component", for messages
  Table definition;  ///< keys as members of the componentSpec
  Table settings;    ///< keys that a step repeats of its component unless it says them itself, in the step's form
  json::object default_settings = {};  ///< what a step repeats where neither says anything
  bool runs_code = true;               ///< has `is_deterministic`
  /// What no table says, such as the snapshot of the code.
  void (*complete)(json::object& spec, const Scope& scope, const Node& node) = nullptr;
  /// Checks the expressions of the definition against the names there are.
  void (*check)(const Node& node, const Names& inputs, const Names& outputs) = nullptr;
};

const ComponentKind& command_component_kind();
const ComponentKind& parallel_component_kind();
const ComponentKind& spark_component_kind();
const ComponentKind& data_transfer_component_kind();
const ComponentKind& pipeline_component_kind();

/// The kind that a component's `type` names; without it `untyped`. Throws core::Error "value-invalid".
const ComponentKind& component_kind(const Node& component, const ComponentKind& untyped);

/// The ARM id of an environment in the form of a componentSpec: with "azureml:" before it.
json::value environment_reference(const Scope& scope, const Node& node);

/// Sets the spec's `code` from the keys `code` and `additional_includes` of the mapping.
void add_code(json::object& spec, const Scope& scope, const Node& node);

}  // namespace mlops::aml
