#include <mlops/aml/compile/pipeline_steps.hpp>

// Which types the inputs and outputs of steps have, where only their bindings say it.

namespace mlops::aml {

namespace {

constexpr const char* k_default_type = "uri_folder";

template <typename Map>
std::string type_in(const Map& types, const std::string& name) {
  const auto found = types.find(name);
  return found == types.end() ? std::string() : found->second;
}

Port port_in(const std::map<std::string, Port>& ports, const std::string& name) {
  const auto found = ports.find(name);
  return found == ports.end() ? Port{} : found->second;
}

json::object declared(const Port& port) {
  json::object declaration{{"type", port.type.empty() ? k_default_type : port.type}};
  if (!port.mode.empty()) declaration["mode"] = port.mode;
  if (port.literal) declaration["default"] = port.value;
  return declaration;
}

}  // namespace

std::string PipelineSteps::output_type(const Step& step, const std::string& name) const {
  if (step.component) {
    const std::string type = type_in(step.component->interface.outputs, name);
    if (!type.empty()) return type;
  }
  const Port port = port_in(step.outputs, name);
  if (!port.type.empty()) return port.type;
  if (!port.binding) return k_default_type;
  const std::string bound = port_in(m_outputs, port.binding->name_from(2)).type;
  return bound.empty() ? k_default_type : bound;
}

Port PipelineSteps::typed_input(const Step& step, const std::string& name) const {
  if (step.component) {
    Port port;
    port.type = type_in(step.component->interface.inputs, name);
    if (!port.type.empty()) return port;
  }
  Port port = port_in(step.inputs, name);
  if (port.binding) {
    const Port source = source_of(*port.binding);
    if (port.type.empty()) port.type = source.type;
    if (port.mode.empty()) port.mode = source.mode;
  }
  return port;
}

Port PipelineSteps::source_of(const Expression& binding) const {
  Port source;
  if (binding.parts[1] == "inputs") {
    source = port_in(m_inputs, binding.name_from(2));
    // What a pipeline's own input is bound to is a text that a schedule fills in: ${{name}}.
    if (source.binding && source.type.empty()) source.type = "string";
  } else if (const Step* step = find(binding.parts[2])) {
    const std::string name = binding.name_from(4);
    source.type = binding.parts[3] == "outputs" ? output_type(*step, name) : typed_input(*step, name).type;
  }
  if (source.type.empty()) source.type = k_default_type;
  return source;
}

json::object PipelineSteps::inline_inputs(const Step& step) const {
  json::object inputs;
  for (const auto& [name, node] :
       step.node.find("inputs") ? step.node.find("inputs")->members() : std::vector<std::pair<std::string, Node>>{}) {
    Port port = typed_input(step, name);
    if (port.binding) port.literal = false;
    inputs[name] = declared(port);
  }
  return inputs;
}

json::object PipelineSteps::inline_outputs(const Step& step) const {
  json::object outputs;
  for (const auto& [name, original] : step.outputs) {
    Port port = original;
    if (port.binding && port.type.empty()) port = port_in(m_outputs, port.binding->name_from(2));
    port.literal = false;
    port.type = output_type(step, name);
    outputs[name] = declared(port);
  }
  return outputs;
}

}  // namespace mlops::aml
