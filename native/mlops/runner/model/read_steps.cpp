#include <fmt/format.h>

#include <mlops/runner/model/cursor.hpp>
#include <mlops/runner/model/step_forms.hpp>
#include <set>

namespace mlops::runner {

namespace {

const ShortForm& form_of(const Cursor& node) {
  std::vector<std::string_view> names;
  for (const auto& form : short_forms()) {
    if (node.has(form.key)) return form;
    names.push_back(form.key);
  }
  const auto members = node.members();
  const std::string first = members.empty() ? "" : members.front().first;
  throw node.error(
      "step-unknown",
      fmt::format("a step needs a key that says what it does, such as \"script\" or \"task\"; found \"{}\"{}", first,
                  core::did_you_mean(core::nearest(first, names))));
}

void read_target(Step& step, const Cursor& node) {
  const auto target = node.find("target");
  if (!target || !target->is_mapping()) return;
  step.restricted_commands = core::equals_ignoring_case(target->text("commands"), "restricted");
  const auto settable = target->list("settableVariables");
  if (!settable) return;
  const bool none = settable->size() == 1 && core::equals_ignoring_case(settable->front(), "none");
  step.settable_variables = none ? std::vector<std::string>() : *settable;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

void fill_inputs(Step& step, const Cursor& node, const ShortForm& form) {
  if (form.key == "task") {
    step.task = node.text("task");
    step.inputs = node.pairs("inputs");
    return;
  }
  step.task = form.task;
  step.inputs.emplace_back(form.input, node.text(form.key));
  step.inputs.insert(step.inputs.end(), form.fixed.begin(), form.fixed.end());
  for (const auto& [key, input] : form.members) {
    if (const auto member = node.find(key)) step.inputs.emplace_back(input, member->text());
  }
}

Step read_step(const Cursor& node) {
  const auto& form = form_of(node);
  std::vector<std::string_view> allowed{"name",
                                        "displayName",
                                        "condition",
                                        "continueOnError",
                                        "enabled",
                                        "env",
                                        "timeoutInMinutes",
                                        "retryCountOnTaskFailure",
                                        "target",
                                        form.key,
                                        "inputs"};
  for (const auto& [key, input] : form.members) allowed.push_back(key);
  node.require_keys(allowed, fmt::format("a {} step", form.key));

  Step step;
  step.origin = node.origin();
  step.name = node.name("name", "a step");
  fill_inputs(step, node, form);
  step.display_name = node.text("displayName", std::string(form.display_name));
  if (step.display_name.empty()) step.display_name = step.task.substr(0, step.task.find('@'));
  if (form.key == "checkout")
    step.display_name = node.text("displayName", "Checkout " + first_line(node.text("checkout")));
  step.condition = node.text("condition");
  step.condition_origin = node.origin_of("condition");
  step.environment = node.pairs("env");
  step.enabled = node.text("enabled", step.enabled);
  step.continue_on_error = node.text("continueOnError", step.continue_on_error);
  step.timeout_minutes = node.text("timeoutInMinutes", step.timeout_minutes);
  step.retries = node.text("retryCountOnTaskFailure", step.retries);
  read_target(step, node);
  return step;
}

}  // namespace

std::vector<Step> read_steps(const std::optional<Cursor>& steps) {
  std::vector<Step> result;
  if (!steps) return result;
  std::set<std::string> names;
  for (const auto& node : steps->elements()) {
    result.push_back(read_step(node));
    const auto& name = result.back().name;
    if (name.empty() || names.insert(core::to_lower(name)).second) continue;
    throw error_at(node.origin_of("name"), "name-duplicate",
                   fmt::format("the step \"{}\" stands twice in its job.", name), "Give each a name of its own.");
  }
  return result;
}

std::vector<VariableEntry> read_variables(const std::optional<Cursor>& variables) {
  std::vector<VariableEntry> result;
  if (!variables) return result;
  if (variables->is_mapping()) {
    for (const auto& [name, value] : variables->members()) {
      result.push_back({.name = name, .value = value.text(), .origin = value.origin()});
    }
    return result;
  }
  for (const auto& node : variables->elements()) {
    node.require_keys({"name", "value", "readonly", "group"}, "an entry of variables");
    result.push_back({.name = node.text("name"),
                      .value = node.text("value"),
                      .read_only = is_true(node.text("readonly")),
                      .group = node.text("group"),
                      .origin = node.origin()});
  }
  return result;
}

}  // namespace mlops::runner
