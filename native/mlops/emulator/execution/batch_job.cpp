#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/emulator/execution/assets.hpp>
#include <mlops/emulator/execution/batch_job.hpp>
#include <mlops/emulator/execution/command_spec.hpp>
#include <mlops/emulator/execution/embedded.hpp>
#include <mlops/emulator/json_access.hpp>
#include <mlops/emulator/server/message.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_step = "batch";

struct Setting {
  const char* member;    ///< of the deployment
  const char* variable;  ///< that the host reads
  const char* standard;
};

constexpr Setting k_settings[] = {
    {"miniBatchSize", "AML_BATCH_SIZE", "10"},
    {"errorThreshold", "AML_BATCH_ERROR_THRESHOLD", "-1"},
    {"outputAction", "AML_BATCH_OUTPUT_ACTION", "AppendRow"},
    {"loggingLevel", "AML_BATCH_LOGGING_LEVEL", "Info"},
    {"outputFileName", "AML_BATCH_OUTPUT_FILE", "predictions.csv"},
};

std::string asset_of(const json::object& properties, const char* member) {
  const json::object* reference = object_at(properties, member);
  return reference ? text_at(*reference, "assetId") : std::string();
}

json::object variables_of(const json::object& properties) {
  json::object variables;
  if (const json::object* own = object_at(properties, "environmentVariables")) variables = *own;
  for (const auto& setting : k_settings) {
    const json::value* value = properties.if_contains(setting.member);
    variables[setting.variable] = value && !value->is_null() ? literal_text(*value) : setting.standard;
  }
  const json::object* retries = object_at(properties, "retrySettings");
  const json::value* most = retries ? retries->if_contains("maxRetries") : nullptr;
  variables["AML_BATCH_RETRIES"] = most && !most->is_null() ? literal_text(*most) : "3";
  return variables;
}

// The only input, whatever it is called.
const json::value& only_input(const json::object& request) {
  const json::object* inputs = object_at(request, "inputData");
  if (inputs && inputs->size() == 1) return inputs->begin()->value();
  throw ServiceError(400, "BadArgument",
                     fmt::format("A deployment of a model takes one input in properties.inputData, not {}.",
                                 inputs ? inputs->size() : 0));
}

json::object scoring_job(const Context& context, const json::object& properties, const json::object& request) {
  const auto host = context.settings.data / "batch_host.py";
  core::write_file_atomically(host, std::string(k_batch_host_py));
  json::object job{{"jobType", "Command"}, {"command", fmt::format("python '{}'", host.string())}};
  json::object variables = variables_of(properties);
  json::object inputs{{"data", only_input(request)}};
  variables["AML_BATCH_INPUT"] = "${{inputs.data}}";
  variables["AML_BATCH_OUTPUT"] = "${{outputs.score}}";
  if (const json::object* code = object_at(properties, "codeConfiguration")) {
    job["codeId"] = text_at(*code, "codeId");
    variables["AZUREML_ENTRY_SCRIPT"] = text_at(*code, "scoringScript");
  }
  if (const std::string model = asset_of(properties, "model"); !model.empty()) {
    inputs["model"] = {{"jobInputType", "custom_model"}, {"uri", model}};
    variables["AML_BATCH_MODEL"] = "${{inputs.model}}";
  }
  job["environmentId"] = text_at(properties, "environmentId");
  job["computeId"] = text_at(properties, "compute");
  job["inputs"] = std::move(inputs);
  job["environmentVariables"] = std::move(variables);
  json::object score{{"jobOutputType", "uri_folder"}};
  const json::object* wanted = object_at(request, "outputData");
  if (const json::object* own = wanted ? object_at(*wanted, "score") : nullptr) score["uri"] = text_at(*own, "uri");
  job["outputs"] = {{"score", std::move(score)}};
  return job;
}

json::value bound(const std::string& where, const std::string& name) {
  return {{"job_input_type", "literal"}, {"value", fmt::format("${{{{parent.{}.{}}}}}", where, name)}};
}

json::object pipeline_job(const Context& context, const Workspace& workspace, const json::object& configuration,
                          const json::object& request) {
  const std::string component = asset_of(configuration, "componentId");
  const Resource version = find_asset(context, workspace, "components", component);
  const json::object* spec = object_at(*version.find_properties(), "componentSpec");
  json::object step{{"componentId", component}, {"type", "pipeline"}};
  json::object inputs;
  if (const json::object* given = object_at(request, "inputData")) inputs = *given;
  for (const auto& [name, input] : inputs) ensure_object(step, "inputs")[name] = bound("inputs", std::string(name));
  json::object outputs;
  if (const json::object* given = object_at(request, "outputData")) outputs = *given;
  if (const json::object* declared = spec ? object_at(*spec, "outputs") : nullptr) {
    for (const auto& [name, output] : *declared) {
      outputs.emplace(name, json::object{{"jobOutputType", text_at(output.as_object(), "type")}});
      ensure_object(step, "outputs")[name] = {{"type", "literal"},
                                              {"value", fmt::format("${{{{parent.outputs.{}}}}}", std::string(name))}};
    }
  }
  json::object settings;
  if (const json::object* own = object_at(configuration, "settings")) settings = *own;
  return {{"jobType", "Pipeline"},
          {"jobs", {{k_step, std::move(step)}}},
          {"inputs", std::move(inputs)},
          {"outputs", std::move(outputs)},
          {"settings", std::move(settings)}};
}

}  // namespace

json::object batch_job(const Context& context, const Workspace& workspace, const std::string& endpoint,
                       const Resource& deployment, const json::object& request) {
  const json::object& properties = *deployment.find_properties();
  const json::object* configuration = object_at(properties, "deploymentConfiguration");
  json::object job = configuration ? pipeline_job(context, workspace, *configuration, request)
                                   : scoring_job(context, properties, request);
  const json::object* wanted = object_at(request, "properties");
  const std::string experiment = wanted ? text_at(*wanted, "experimentName") : "";
  job["experimentName"] = experiment.empty() ? endpoint : experiment;
  job["properties"] = {{"azureml.endpointName", endpoint}, {"azureml.deploymentName", deployment.key.version}};
  return job;
}

}  // namespace mlops::emulator
