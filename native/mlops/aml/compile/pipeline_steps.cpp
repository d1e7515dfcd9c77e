#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <mlops/aml/compile/pipeline_steps.hpp>
#include <mlops/aml/yaml.hpp>

namespace mlops::aml {

namespace {

std::map<std::string, Port> ports(const Scope& scope, const std::optional<Node>& mapping,
                                  Port (*read)(const Scope&, const Node&)) {
  std::map<std::string, Port> result;
  if (!mapping) return result;
  for (const auto& [name, node] : mapping->members()) result[name] = read(scope, node);
  return result;
}

template <typename Map>
Names keys_of(const Map& map) {
  Names names;
  for (const auto& [name, value] : map) names.insert(name);
  return names;
}

Node member_of(const Step& step, const char* mapping, const std::string& name) {
  const auto members = step.node.find(mapping);
  for (const auto& [key, node] : members->members()) {
    if (key == name) return node;
  }
  return step.node;
}

bool is_reference(const std::string& component) {
  return AssetReference::parse(component).has_value();
}

}  // namespace

PipelineSteps::PipelineSteps(const Scope& scope, const Node& pipeline, Frame frame)
    : m_scope(scope),
      m_pipeline(pipeline),
      m_inputs(ports(scope, pipeline.find("inputs"), frame == Frame::job ? input_port : component_input_port)),
      m_outputs(ports(scope, pipeline.find("outputs"), frame == Frame::job ? output_port : component_output_port)) {
  const Node jobs = pipeline.at("jobs");
  for (const auto& [name, node] : jobs.members()) m_steps.push_back(read_step(name, node));
  if (m_steps.empty()) throw jobs.error("value-invalid", "a pipeline needs at least one step.");
  for (const auto& step : m_steps) check_step(step);
  check_order();
}

Step PipelineSteps::read_step(const std::string& name, const Node& node) const {
  if (!node.is_mapping()) throw node.error("type-wrong", fmt::format("the step \"{}\" must be a mapping.", name));
  Step step{name, node, &step_kind(node), std::nullopt, "", "YAML.JOB", {}, {}};
  const Scope scope{m_scope.resolver, m_scope.folder, fmt::format("the step \"{}\"", name), m_scope.depth};
  step.inputs = ports(scope, node.find("inputs"), input_port);
  step.outputs = ports(scope, node.find("outputs"), output_port);
  const char* key = step.kind->component_key;
  const auto component = key ? node.find(key) : std::nullopt;
  if (component) {
    read_component(step, *component);
  } else if (step.kind->builtin) {
    step.source = "BUILTIN";
    step.reference = step.kind->builtin(node);
  } else if (key && !step.kind->in_place) {
    throw node.error("key-missing", fmt::format("the step \"{}\" needs the key \"{}\".", name, key));
  }
  return step;
}

void PipelineSteps::read_component(Step& step, const Node& component) const {
  if (component.is_mapping() && step.kind->component) {
    step.component = compile_component(m_scope, component, step.source, *step.kind->component);
    return settle_kind(step, component);
  }
  const std::string text = component.as_string();
  if (is_reference(text)) {
    const bool registry = text.rfind("azureml://registries/", 0) == 0;
    step.source = registry ? "REMOTE.REGISTRY" : "REMOTE.WORKSPACE.COMPONENT";
    step.reference = m_scope.resolver.asset(k_component, text, component.place());
    return;
  }
  if (!step.kind->component) {
    throw component.error(
        "value-invalid", "an import or export runs a registered component, not one of a file.",
        "Leave `component` out for the one that Azure ML publishes, or write azureml:<name>:<version>.");
  }
  const auto file = resolve_path(m_scope.folder, text);
  const document::Document document = m_scope.resolver.load(file, component.place());
  step.source = text.rfind("file:", 0) == 0 ? "YAML.JOB" : "YAML.COMPONENT";  // as azure-ai-ml calls them
  step.component = compile_component({m_scope.resolver, file.parent_path(), "a component", m_scope.depth},
                                     document.root(), step.source);
  settle_kind(step, component);
}

// A step without a type is of its component's.
void PipelineSteps::settle_kind(Step& step, const Node& component) const {
  const ComponentKind& runs = *step.component->kind;
  if (step.kind->component == &runs) return;
  const auto type = step.node.find("type");
  if (!type) {
    step.kind = step_kind(runs);
    return;
  }
  throw component.error(
      "value-invalid",
      fmt::format("the step \"{}\" is of type {}, but this is {}.", step.name, type->as_string(), runs.name),
      fmt::format("Write `type: {}`.", runs.type));
}

const Step* PipelineSteps::find(const std::string& name) const {
  const auto found = std::find_if(m_steps.begin(), m_steps.end(), [&](const Step& step) { return step.name == name; });
  return found == m_steps.end() ? nullptr : &*found;
}

const Step& PipelineSteps::step_named(const Node& place, const std::string& name) const {
  if (const Step* step = find(name)) return *step;
  Names names;
  for (const auto& step : m_steps) names.insert(step.name);
  throw unknown_name(place, "step", name, names, "the pipeline");
}

void PipelineSteps::check_step(const Step& step) const {
  for (const auto& [name, port] : step.inputs) {
    if (port.binding) check_input_binding(step, member_of(step, "inputs", name), *port.binding);
  }
  for (const auto& [name, port] : step.outputs) {
    if (port.binding) check_output_binding(member_of(step, "outputs", name), *port.binding);
  }
  if (step.component) check_against_component(step);
  if (step.is_inline() && step.kind->component->check) {
    step.kind->component->check(step.node, keys_of(step.inputs), keys_of(step.outputs));
  }
}

void PipelineSteps::check_against_component(const Step& step) const {
  const ComponentInterface& interface = step.component->interface;
  const std::string of = fmt::format("the component of the step \"{}\"", step.name);
  for (const auto& [name, port] : step.inputs) {
    if (interface.inputs.count(name) == 0) {
      throw unknown_name(member_of(step, "inputs", name), "input", name, keys_of(interface.inputs), of);
    }
  }
  for (const auto& [name, port] : step.outputs) {
    if (interface.outputs.count(name) == 0) {
      throw unknown_name(member_of(step, "outputs", name), "output", name, keys_of(interface.outputs), of);
    }
  }
  Names given = keys_of(step.inputs);
  // A sweep gives its trial the values of the search space.
  if (const auto space = step.node.find("search_space")) {
    for (const auto& [name, node] : space->members()) {
      if (interface.inputs.count(name) == 0) throw unknown_name(node, "input", name, keys_of(interface.inputs), of);
      given.insert(name);
    }
  }
  check_required_inputs(step, given);
}

void PipelineSteps::check_required_inputs(const Step& step, const Names& given) const {
  const ComponentInterface& interface = step.component->interface;
  for (const auto& [name, type] : interface.inputs) {
    if (given.count(name) != 0 || interface.optional_inputs.count(name) != 0) continue;
    throw step.node.error("key-missing",
                          fmt::format("the step \"{}\" gives its component no input \"{}\".", step.name, name),
                          "Add it to the step's `inputs`, or give it a default in the component.");
  }
}

void PipelineSteps::check_input_binding(const Step& step, const Node& place, const Expression& binding) const {
  const auto& parts = binding.parts;
  const bool of_parent = parts.size() >= 3 && parts[0] == "parent";
  if (of_parent && parts[1] == "inputs") {
    const Names names = names_of(m_pipeline.find("inputs"));
    const std::string name = binding.name_from(2);
    const bool group = std::any_of(names.begin(), names.end(),
                                   [&](const std::string& known) { return known.rfind(name + ".", 0) == 0; });
    if (names.count(name) == 0 && !group) throw unknown_name(place, "input", name, names, "the pipeline");
    return;
  }
  if (of_parent && parts[1] == "jobs" && parts.size() >= 5 && (parts[3] == "outputs" || parts[3] == "inputs")) {
    const Step& source = step_named(place, parts[2]);
    if (&source == &step || source.name == step.name) {
      throw place.error("expression-unknown", fmt::format("the step \"{}\" can't be its own input.", step.name));
    }
    const std::string name = binding.name_from(4);
    const bool output = parts[3] == "outputs";
    Names known = keys_of(output ? source.outputs : source.inputs);
    if (source.component)
      known.merge(keys_of(output ? source.component->interface.outputs : source.component->interface.inputs));
    if (known.count(name) == 0 && source.reference.empty()) {
      throw unknown_name(place, output ? "output" : "input", name, known, fmt::format("the step \"{}\"", source.name));
    }
    return;
  }
  throw place.error("expression-unknown", fmt::format("\"{}\" can't be the input of a step.", binding.canonical()),
                    "Bind ${{parent.inputs.<name>}} or ${{parent.jobs.<step>.outputs.<name>}}.");
}

void PipelineSteps::check_output_binding(const Node& place, const Expression& binding) const {
  const auto& parts = binding.parts;
  if (parts.size() < 3 || parts[0] != "parent" || parts[1] != "outputs") {
    throw place.error("expression-unknown", fmt::format("\"{}\" can't take the output of a step.", binding.canonical()),
                      "Bind ${{parent.outputs.<name>}}.");
  }
  const std::string name = binding.name_from(2);
  if (m_outputs.count(name) == 0) throw unknown_name(place, "output", name, keys_of(m_outputs), "the pipeline");
}

// Depth first over what each step takes from others.
void PipelineSteps::check_order() const {
  std::map<std::string, int> state;  // 1: on the way, 2: done
  const std::function<void(const Step&)> visit = [&](const Step& step) {
    state[step.name] = 1;
    for (const auto& [name, port] : step.inputs) {
      if (!port.binding || port.binding->parts[1] != "jobs") continue;
      const Step& source = *find(port.binding->parts[2]);
      if (state[source.name] == 1) {
        throw member_of(step, "inputs", name)
            .error("pipeline-cycle",
                   fmt::format("the steps \"{}\" and \"{}\" wait for each other.", step.name, source.name));
      }
      if (state[source.name] == 0) visit(source);
    }
    state[step.name] = 2;
  };
  for (const auto& step : m_steps) {
    if (state[step.name] == 0) visit(step);
  }
}

}  // namespace mlops::aml
