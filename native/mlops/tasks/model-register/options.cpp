#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/tasks/model-register/options.hpp>

namespace mlops::tasks::model_register {

namespace {

// The service's own rule for asset names (Microsoft.MachineLearningServices, pattern of models/versions).
void check_name(const std::string& input, const std::string& name, std::size_t longest) {
  constexpr std::string_view k_legal = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  const bool starts_well = !name.empty() && std::string_view("-_.").find(name.front()) == std::string_view::npos;
  if (starts_well && name.size() <= longest && name.find_first_not_of(k_legal) == std::string::npos) return;
  throw agent::input_error(
      input, fmt::format("is \"{}\"", name),
      fmt::format("Use at most {} letters, digits, '-', '_' and '.', the first a letter or digit.", longest));
}

std::string inside(const std::string& path) {
  std::vector<std::string> parts;
  for (const auto& part : core::split(path, '/')) {
    if (part == "..") throw agent::input_error("path", fmt::format("is \"{}\"", path), "It must stay in the output.");
    if (!part.empty() && part != ".") parts.push_back(part);
  }
  return core::join(parts, "/");
}

// The last part names the uploaded files, so it must not be empty, "." or "..".
std::filesystem::path existing_path(const std::string& text) {
  const auto normal = [](const std::filesystem::path& path) {
    const auto clean = path.lexically_normal();
    return clean.has_filename() ? clean : clean.parent_path();
  };
  std::filesystem::path path = normal(text);
  if (path.filename() == "." || path.filename() == "..") path = normal(std::filesystem::absolute(path));
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return path;
  throw core::Error(
      "file-missing", fmt::format("there is no file or folder \"{}\".", text), {},
      fmt::format("The input modelPath (--model-path) counts from \"{}\".", std::filesystem::current_path().string()));
}

}  // namespace

Options read_options(const agent::Inputs& inputs) {
  Options options;
  options.name = inputs.text("modelName");
  options.type = inputs.text("modelType");
  options.version = inputs.text("modelVersion");
  options.description = inputs.text("description");
  options.job = inputs.text("jobName");
  options.output = inputs.text("outputName");
  options.path = inside(inputs.text("path"));
  options.gate_report = inputs.text("gateReport");
  options.metrics_file = inputs.text("metricsFile");
  options.require_gate = inputs.flag("requireGate");
  options.tags = inputs.pairs("tags");
  options.properties = inputs.pairs("properties");
  check_name("modelName", options.name, 255);
  if (!options.version.empty()) check_name("modelVersion", options.version, 30);
  const std::string model_path = inputs.text("modelPath");
  if (options.job.empty() == model_path.empty()) {
    throw agent::input_error("jobName",
                             options.job.empty() ? "and the input modelPath (--model-path) are both empty"
                                                 : "and the input modelPath (--model-path) are both set",
                             "Set exactly one: where the model's files are.");
  }
  if (!model_path.empty()) options.model_path = existing_path(model_path);
  if (options.require_gate && options.gate_report.empty()) {
    throw core::Error("gate-missing", "the gate is required, but the input gateReport (--gate-report) is empty.", {},
                      "Set it to the quality gate's output, $(gate.reportFile).");
  }
  return options;
}

}  // namespace mlops::tasks::model_register
