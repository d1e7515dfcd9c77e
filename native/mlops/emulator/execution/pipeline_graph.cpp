#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/expressions.hpp>
#include <mlops/emulator/execution/pipeline_graph.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

constexpr std::string_view k_input = "parent.inputs.";
constexpr std::string_view k_job = "parent.jobs.";
constexpr std::string_view k_output = "parent.outputs.";

core::Error invalid(const std::string& message) {
  return {"job-invalid", message};
}

struct OutputReference {
  std::string step;
  std::string output;
};

// "parent.jobs.<step>.outputs.<output>".
std::optional<OutputReference> output_reference(const std::string& name) {
  if (!name.starts_with(k_job)) return std::nullopt;
  const auto dot = name.find(".outputs.", k_job.size());
  if (dot == std::string::npos) return std::nullopt;
  return OutputReference{name.substr(k_job.size(), dot - k_job.size()), name.substr(dot + 9)};
}

std::string type_of(const json::object& node) {
  const std::string type = core::to_lower(text_at(node, "type"));
  return type.empty() ? "command" : type;
}

void check_type(const PipelineStep& step) {
  const std::string type = type_of(step.node);
  if (type == "command" || type == "pipeline") return;
  throw invalid(fmt::format("Step '{}' is of type '{}'; aml-emulator runs steps of the types command and pipeline.",
                            step.name, type));
}

std::set<std::string> used_steps(const PipelineStep& step, const json::object& jobs) {
  std::set<std::string> used;
  for (const auto& [name, input] : parse_inputs(object_at(step.node, "inputs"))) {
    for (const auto& expression : names_in(input.value)) {
      const auto reference = output_reference(expression);
      if (!reference) continue;
      if (!jobs.contains(reference->step)) {
        throw invalid(fmt::format("Input '{}' of step '{}' uses the step '{}', which the pipeline doesn't have.", name,
                                  step.name, reference->step));
      }
      used.insert(reference->step);
    }
  }
  return used;
}

// Each step after those it uses; the order of the file otherwise.
std::vector<PipelineStep> in_order(std::vector<PipelineStep> steps) {
  std::vector<PipelineStep> ordered;
  std::set<std::string> done;
  while (!steps.empty()) {
    const auto next = std::find_if(steps.begin(), steps.end(), [&](const PipelineStep& step) {
      return std::includes(done.begin(), done.end(), step.after.begin(), step.after.end());
    });
    if (next == steps.end()) {
      std::vector<std::string> names;
      for (const auto& step : steps) names.push_back(step.name);
      throw invalid(fmt::format("The steps {} wait for each other.", core::join(names, ", ")));
    }
    done.insert(next->name);
    ordered.push_back(std::move(*next));
    steps.erase(next);
  }
  return ordered;
}

}  // namespace

PipelineSpec parse_pipeline(const json::object& properties) {
  const json::object* jobs = object_at(properties, "jobs");
  if (!jobs || jobs->empty()) throw invalid("The pipeline has no steps.");
  PipelineSpec spec{.inputs = parse_inputs(object_at(properties, "inputs")),
                    .outputs = parse_outputs(object_at(properties, "outputs"))};
  if (const json::object* settings = object_at(properties, "settings")) {
    spec.continue_on_step_failure =
        flag_at(*settings, "continue_on_step_failure") || flag_at(*settings, "continueOnStepFailure");
  }
  for (const auto& [name, value] : *jobs) {
    if (!value.is_object()) throw invalid(fmt::format("Step '{}' must be an object.", std::string(name)));
    PipelineStep step{.name = std::string(name), .node = value.get_object()};
    check_type(step);
    step.after = used_steps(step, *jobs);
    spec.steps.push_back(std::move(step));
  }
  spec.steps = in_order(std::move(spec.steps));
  return spec;
}

JobInputs bind_inputs(const PipelineStep& step, const JobInputs& pipeline_inputs, const StepOutputs& outputs) {
  JobInputs bound;
  for (auto& [name, input] : parse_inputs(object_at(step.node, "inputs"))) {
    const auto find = [&, &input_name = name](const std::string& expression) -> std::optional<JobInput> {
      if (expression.starts_with(k_input)) {
        const auto found = pipeline_inputs.find(expression.substr(k_input.size()));
        return found == pipeline_inputs.end() ? std::nullopt : std::optional(found->second);
      }
      if (const auto reference = output_reference(expression)) {
        const auto found = outputs.find(reference->step + '.' + reference->output);
        if (found != outputs.end()) return found->second;
        throw invalid(
            fmt::format("Input '{}' of step '{}' uses the output '{}' of step '{}', which has no such output.",
                        input_name, step.name, reference->output, reference->step));
      }
      return std::nullopt;
    };
    if (const auto sole = sole_name(input.value)) {
      if (const auto value = find(*sole)) bound[name] = *value;
      continue;
    }
    JobInput resolved = input;
    resolved.value = substitute(
        input.value,
        [&](const std::string& expression) -> std::optional<std::string> {
          const auto value = find(expression);
          return value ? std::optional(value->value) : std::nullopt;
        },
        fmt::format("Input '{}' of step '{}'", name, step.name));
    bound[name] = resolved;
  }
  return bound;
}

std::string bound_pipeline_output(const PipelineStep& step, const std::string& output) {
  const json::object* outputs = object_at(step.node, "outputs");
  const json::value* value = outputs ? outputs->if_contains(output) : nullptr;
  if (!value) return {};
  std::string text;
  if (value->is_string()) text = std::string(value->get_string());
  if (const json::object* object = value->if_object()) {
    text = text_at(*object, "value");
    if (text.empty()) text = text_at(*object, "path");
  }
  const auto name = sole_name(text);
  return name && name->starts_with(k_output) ? name->substr(k_output.size()) : std::string();
}

JobInputs complete_inputs(const std::string& step, const json::object* component_inputs, JobInputs given) {
  if (!component_inputs) return given;
  for (const auto& [key, value] : *component_inputs) {
    const std::string name(key);
    const json::object* description = value.if_object();
    if (!description) continue;
    const std::string type = core::to_lower(text_at(*description, "type"));
    const bool is_data = type.starts_with("uri_") || type == "mltable" || type.ends_with("_model") || type == "path";
    const json::value* standard = description->if_contains("default");
    const auto found = given.find(name);
    if (found != given.end()) {
      if (is_data && type != "path") found->second.type = type;
    } else if (standard && !standard->is_null()) {
      given[name] = {.type = is_data ? type : "literal", .value = literal_text(*standard)};
    } else if (!flag_at(*description, "optional")) {
      throw invalid(fmt::format("Step '{}' gives no value to the required input '{}'.", step, name));
    }
  }
  return given;
}

}  // namespace mlops::emulator
