#pragma once

#include <mlops/aml/compile/component_kind.hpp>

namespace mlops::aml {

/// One type of a pipeline's steps.
struct StepKind {
  const char* type;                          ///< the value of `type`
  const char* task = nullptr;                ///< the value of `task`, where that tells kinds of one type apart
  const ComponentKind* component = nullptr;  ///< what it runs; null: nothing that could be registered
  const char* component_key = "component";   ///< where it is named; null without a component
  bool in_place = true;                      ///< the step itself may say what it runs
  Table keys;                                ///< all its keys, with the members of the pipeline service's form
  /// Compiles the keys of a kind whose `keys` depend on more than its type; null elsewhere.
  json::object (*compile)(const Scope& scope, const Node& step) = nullptr;
  /// Adds what the SDK adds where neither the step nor its component says it.
  void (*add_defaults)(json::object& node, const Node& step) = nullptr;
  /// The component that Azure ML itself publishes for such a step, unless the step names another; null elsewhere.
  std::string (*builtin)(const Node& step) = nullptr;
};

/// The kind that the step's `type`, and with a data transfer its `task`, names; without a type a command. Throws
/// core::Error "value-invalid".
const StepKind& step_kind(const Node& step);
/// An AutoML step's own members.
json::object automl_step(const Scope& scope, const Node& node);

Table import_data_keys();
Table export_data_keys();
std::string import_data_component(const Node& step);
std::string export_data_component(const Node& step);
/// The kind of a step that says no type and runs such a component.
const StepKind* step_kind(const ComponentKind& component);

}  // namespace mlops::aml
