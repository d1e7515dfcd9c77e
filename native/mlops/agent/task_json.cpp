// task.json as the Marketplace and the agent read it; schema: microsoft/azure-pipelines-task-lib, tasks.schema.json.
#include <boost/json.hpp>
#include <mlops/agent/program.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>

namespace mlops::agent {

namespace json = boost::json;

namespace {

// The agent takes the newest handler that it knows and can run. Beside one of the other two it doesn't call Node16
// deprecated (microsoft/azure-pipelines-agent, TaskManager.cs); that one is for agents of Azure DevOps Server 2022, and
// for old distributions, whose glibc can't run Node 20.
constexpr const char* k_handlers[] = {"Node16", "Node20_1", "Node24"};
// The first agent with a Node 16 handler (microsoft/azure-pipelines-task-lib, minagent.md).
constexpr const char* k_minimum_agent_version = "2.206.1";
// The text of a link to the task's page, whose address scripts/package knows.
constexpr const char* k_help = "Inputs, outputs, permissions and errors";

const char* type_name(InputType type) {
  switch (type) {
    case InputType::multi_line:
      return "multiLine";
    case InputType::boolean:
      return "boolean";
    case InputType::pick_list:
      return "pickList";
    case InputType::file_path:
      return "filePath";
    case InputType::connected_service:
      return "connectedService:AzureRM";
    case InputType::text:
    case InputType::integer:
      return "string";
  }
  return "string";
}

// {{{endpoint.url}}} ends with a slash.
// https://github.com/microsoft/azure-pipelines-tasks/blob/master/docs/authoring/endpoints/workingwithendpoints.md
json::array data_sources_json(const TaskSpec& spec) {
  json::array bindings;
  for (const auto& input : spec.inputs) {
    if (input.choices.empty()) continue;
    bindings.push_back(
        {{"target", input.name},
         {"endpointId", "$(azureSubscription)"},
         {"endpointUrl", "{{{endpoint.url}}}subscriptions/{{{endpoint.subscriptionId}}}/" + input.choices},
         {"resultSelector", "jsonpath:$.value[*]"},
         {"resultTemplate", R"({"Value": "{{{name}}}", "DisplayValue": "{{{name}}}"})"}});
  }
  return bindings;
}

std::string help_of(const InputSpec& input) {
  if (input.default_value.empty()) return input.help;
  return input.help + " Default: " + input.default_value + ".";
}

json::object input_json(const InputSpec& input) {
  json::object entry;
  entry["name"] = input.name;
  if (!input.aliases.empty()) entry["aliases"] = json::value_from(input.aliases);
  entry["type"] = input.choices.empty() ? type_name(input.type) : "pickList";
  entry["label"] = input.label;
  entry["required"] = input.required;
  entry["defaultValue"] = input.default_value;
  entry["helpMarkDown"] = help_of(input);
  if (!input.group.empty()) entry["groupName"] = input.group;
  if (input.type == InputType::pick_list) {
    json::object options;
    for (const auto& option : input.options) options[option.value] = option.label;
    entry["options"] = options;
  }
  if (!input.shown_when.empty()) entry["visibleRule"] = input.shown_when;
  if (!input.choices.empty()) entry["properties"] = {{"EditableOptions", "True"}};
  if (input.type == InputType::integer) entry["properties"] = {{"isVariableOrNonNegativeNumber", "true"}};
  if (input.type == InputType::multi_line) entry["properties"] = {{"resizable", true}, {"rows", "4"}};
  return entry;
}

json::array outputs_json(const TaskSpec& spec) {
  json::array outputs;
  for (const auto& output : spec.outputs) {
    if (output.name.back() != '*') outputs.push_back({{"name", output.name}, {"description", output.help}});
  }
  return outputs;
}

json::array settable_variables(const TaskSpec& spec) {
  json::array names;
  for (const auto& output : spec.outputs) names.emplace_back(output.name);
  return names;
}

json::object version_json(const std::string& version) {
  const auto parts = core::split(version, '.');
  return {{"Major", std::stoi(parts.at(0))}, {"Minor", std::stoi(parts.at(1))}, {"Patch", std::stoi(parts.at(2))}};
}

}  // namespace

std::string task_json(const TaskSpec& spec, const std::string& version) {
  json::object task;
  task["$schema"] = "https://raw.githubusercontent.com/Microsoft/azure-pipelines-task-lib/master/tasks.schema.json";
  task["id"] = spec.id;
  task["name"] = spec.name;
  task["friendlyName"] = spec.friendly_name;
  task["description"] = spec.description;
  task["helpMarkDown"] = k_help;
  task["category"] = spec.category;
  task["visibility"] = {"Build", "Release"};
  task["showEnvironmentVariables"] = true;
  task["runsOn"] = {"Agent", "DeploymentGroup"};
  task["author"] = "mlops";
  task["version"] = version_json(version);
  task["minimumAgentVersion"] = k_minimum_agent_version;
  task["instanceNameFormat"] = spec.instance_name;
  json::array groups;
  for (const auto& group : spec.groups) {
    groups.push_back({{"name", group.name}, {"displayName", group.label}, {"isExpanded", false}});
  }
  if (!groups.empty()) task["groups"] = groups;
  json::array inputs;
  for (const auto& input : all_inputs(spec)) inputs.push_back(input_json(input));
  task["inputs"] = inputs;
  if (auto bindings = data_sources_json(spec); !bindings.empty()) task["dataSourceBindings"] = std::move(bindings);
  task["outputVariables"] = outputs_json(spec);
  json::object execution;
  for (const char* handler : k_handlers) execution[handler] = {{"target", "launch.js"}};
  task["execution"] = execution;
  task["restrictions"] = {{"settableVariables", {{"allowed", settable_variables(spec)}}}};
  return document::to_pretty_json(task);
}

}  // namespace mlops::agent
