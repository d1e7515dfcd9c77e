#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/tasks/aml-submit/options.hpp>

namespace mlops::tasks::aml_submit {

namespace {

std::vector<std::filesystem::path> expanded(const std::vector<std::string>& patterns) {
  std::vector<std::filesystem::path> files;
  for (const auto& pattern : patterns) {
    const auto matches = core::expand_glob(pattern);
    if (matches.empty()) {
      throw agent::input_error("jobFile", fmt::format("names \"{}\", which matches no file", pattern),
                               "Paths count from the task's working directory.");
    }
    for (const auto& match : matches) files.push_back(match);
  }
  return files;
}

OnFailure on_failure(const std::string& text) {
  return text == "warn" ? OnFailure::warn : text == "ignore" ? OnFailure::ignore : OnFailure::fail;
}

void check_invocation(const Options& options) {
  const aml::BatchRequest& request = options.invocation;
  if (options.files.empty() && request.endpoint.empty() && options.collect_job.empty()) {
    throw core::Error("input-missing", "the input jobFile (--job-file) is missing.", {},
                      "Name CLI v2 files, a batch endpoint with invokeEndpoint, or a submitted job with collectJob.");
  }
  if (request.endpoint.empty() && !(request.deployment.empty() && request.inputs.empty() && request.outputs.empty())) {
    throw agent::input_error("invokeEndpoint", "is empty, but there are inputs for a call",
                             "Name the batch endpoint to call.");
  }
}

// A step either makes jobs or collects one; what describes a new job has no meaning for one that is there.
void check_collection(const Options& options, const agent::Inputs& inputs) {
  if (options.collect_job.empty()) return;
  for (const char* input :
       {"jobFile", "set", "parameters", "registry", "name", "experimentName", "compute", "invokeEndpoint"}) {
    if (inputs.has(input)) {
      throw agent::input_error(input, "describes something new, but collectJob takes a job that is there",
                               "Leave one of them empty; a step before can create what is new.");
    }
  }
  if (!options.wait) {
    throw agent::input_error("collectJob", "needs the end of the job, but wait is false", "Set wait to true.");
  }
}

}  // namespace

Options read_options(const agent::Inputs& inputs) {
  Options options;
  options.files = expanded(inputs.list("jobFile"));
  options.overrides = {inputs.text("parameters"), inputs.pairs("set")};
  options.compute = inputs.text("compute");
  options.name = inputs.text("name");
  options.registry = inputs.text("registry");
  options.experiment_name = inputs.text("experimentName");
  options.force = inputs.flag("force");
  options.collect_job = inputs.text("collectJob");
  options.wait = inputs.flag("wait");
  options.timeout = std::chrono::minutes(inputs.integer("timeoutMinutes"));
  options.poll = std::chrono::seconds(inputs.integer("pollSeconds", 1));
  options.on_failure = on_failure(inputs.text("onFailure"));
  options.cancel_on_abort = inputs.flag("cancelOnAbort");
  options.download_outputs = inputs.list("downloadOutputs");
  options.outputs_folder = inputs.text("outputsFolder");
  options.publish_artifacts = inputs.list("publishArtifacts");
  options.summary = inputs.flag("summary");
  options.invocation = {inputs.text("invokeEndpoint"),
                        inputs.text("invokeDeployment"),
                        inputs.pairs("invokeInputs"),
                        inputs.pairs("invokeOutputs"),
                        options.experiment_name,
                        options.name,
                        options.force};
  check_collection(options, inputs);
  check_invocation(options);
  if (!options.wait && !options.download_outputs.empty()) {
    throw agent::input_error("downloadOutputs", "needs the end of the job, but wait is false",
                             "Set wait to true, or leave downloadOutputs empty.");
  }
  return options;
}

}  // namespace mlops::tasks::aml_submit
