#include <fmt/format.h>

#include <mlops/tasks/model-register/evidence.hpp>

namespace mlops::tasks::model_register {

namespace {

std::map<std::string, double> numbers_of(const document::Node& node) {
  std::map<std::string, double> numbers;
  for (const auto& [name, member] : node.members()) {
    if (member.value().is_number()) numbers[name] = member.as_number();
  }
  return numbers;
}

void check(const Options& options, const GateEvidence& evidence, const document::Node& root) {
  if (!evidence.job.empty() && !options.job.empty() && evidence.job != options.job) {
    throw root.at("job").error(
        "gate-mismatch",
        fmt::format("the gate judged the job \"{}\", but \"{}\" is to be registered.", evidence.job, options.job),
        "Pass the report of the gate that judged this job.");
  }
  if (options.require_gate && evidence.verdict != "pass" && evidence.verdict != "warn") {
    throw root.at("verdict").error(
        "gate-failed", fmt::format("the gate's verdict is \"{}\": the model is not registered.", evidence.verdict),
        "See the report's rules for the reasons.");
  }
}

}  // namespace

GateEvidence read_gate_report(const Options& options) {
  GateEvidence evidence;
  if (options.gate_report.empty()) return evidence;
  const auto report = document::Document::load(options.gate_report);
  const document::Node root = report.root();
  evidence.verdict = root.at("verdict").as_string();
  if (const auto job = root.find("job")) evidence.job = job->as_string();
  if (const auto candidate = root.find("candidate")) evidence.metrics = numbers_of(candidate->at("metrics"));
  check(options, evidence, root);
  return evidence;
}

std::optional<std::map<std::string, double>> read_metrics_file(const Options& options) {
  if (options.metrics_file.empty()) return std::nullopt;
  const auto file = document::Document::load(options.metrics_file);
  const auto inner = file.root().find("metrics");
  return numbers_of(inner ? *inner : file.root());
}

}  // namespace mlops::tasks::model_register
