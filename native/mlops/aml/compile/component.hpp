#pragma once

#include <map>
#include <mlops/aml/compile/component_kind.hpp>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/fields.hpp>
#include <string>

namespace mlops::aml {

/// What a pipeline has to know of a component to bind its steps: names and types.
struct ComponentInterface {
  std::map<std::string, std::string> inputs;   ///< type by name
  std::map<std::string, std::string> outputs;  ///< type by name
  Names optional_inputs;                       ///< those that need no value: optional or with a default
};

/// A component, ready to be created.
struct Component {
  const ComponentKind* kind = nullptr;
  json::object spec;  ///< componentSpec; without name and version
  ComponentInterface interface;
  json::object step_settings;  ///< how it runs, in the form of a pipeline's step that says nothing else

  json::object properties() const;

  /// The version under which azure-ai-ml registers it anonymously: a UUID of the spec's hash.
  std::string anonymous_version() const;
  /// The hash that azure-ai-ml keeps with a named component.
  std::string client_hash(const std::string& name) const;
};

/// Compiles a component's YAML. `source` says where it comes from: YAML.COMPONENT for a file, YAML.JOB inside a job.
/// `untyped` is what it is when it doesn't say a type.
Component compile_component(const Scope& scope, const Node& node, const std::string& source,
                            const ComponentKind& untyped = command_component_kind());

/// The component that a step describes in place, but for its inputs and outputs.
Component component_in_place(const Scope& scope, const Node& step, const ComponentKind& kind);

/// An input or output of a component as the steps inside a pipeline component see it.
Port component_input_port(const Scope& scope, const Node& node);
Port component_output_port(const Scope& scope, const Node& node);

/// Takes away members that hold an empty mapping: they say nothing, but would change the hash.
void drop_empty(json::object& spec);

/// The id of the component as an anonymous one.
std::string anonymous_component_id(const Scope& scope, const Component& component);

/// json.dumps(value, sort_keys=True): what azure-ai-ml hashes.
std::string python_json(const json::value& value);

/// The ARM id of the code that a mapping's key `code` names: a local path, or a reference. Empty without the key.
std::string code_id(const Scope& scope, const Node& node, bool of_component);

}  // namespace mlops::aml
