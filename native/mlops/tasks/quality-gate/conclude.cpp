#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/quality-gate/run.hpp>
#include <set>

namespace mlops::tasks::quality_gate {

namespace {

void print_findings(agent::Log& log, const gate::Evaluation& evaluation) {
  for (const auto& finding : evaluation.findings) {
    log.info(fmt::format("{:<5} {}", gate::to_string(finding.result), finding.message));
  }
}

std::string failed_metrics(const gate::Evaluation& evaluation) {
  std::set<std::string> metrics;
  for (const auto& finding : evaluation.findings) {
    if (finding.result == gate::Verdict::fail) metrics.insert(finding.metric);
  }
  return fmt::format("{}", fmt::join(metrics, ","));
}

void write_reports(agent::Services& services, const Options& options, const gate::Report& report) {
  const auto report_file = std::filesystem::absolute(options.report_folder / "report.json");
  const auto summary_file = std::filesystem::absolute(options.report_folder / "summary.md");
  core::write_file_atomically(report_file, document::to_pretty_json(gate::to_json(report)));
  core::write_file_atomically(summary_file, gate::to_markdown(report));
  services.log.upload_summary(summary_file.string());
  services.log.add_attachment("mlops.quality-gate", "report.json", report_file.string());
  services.log.set_variable("reportFile", report_file.string());
  services.log.set_variable("summaryFile", summary_file.string());
}

}  // namespace

std::string conclude(agent::Services& services, const Options& options, const gate::Report& report) {
  agent::Log& log = services.log;
  const gate::Evaluation& evaluation = report.evaluation;
  print_findings(log, evaluation);
  const std::string verdict = gate::to_string(evaluation.verdict);
  if (services.dry_run) {
    log.info(
        fmt::format("The verdict would be {}; the report would go to {}.", verdict, options.report_folder.string()));
    return {};
  }
  write_reports(services, options, report);
  log.set_variable("verdict", verdict);
  log.set_variable("headline", gate::headline(evaluation));
  log.set_variable("failedRules", failed_metrics(evaluation));
  log.set_variable("baselineVersion", report.baseline ? report.baseline->version : "");

  if (!options.build_tag.empty()) log.add_build_tag(core::replace_all(options.build_tag, "{verdict}", verdict));

  const auto reasons = gate::reasons(evaluation);
  if (options.fail_from && evaluation.verdict >= *options.fail_from) {
    throw core::Error("gate-failed", fmt::format("the quality gate says {}: {}", verdict, fmt::join(reasons, " ")), {},
                      fmt::format("The evidence is in {}.", (options.report_folder / "summary.md").string()));
  }
  for (const auto& reason : reasons) log.warning(reason, {}, "gate-finding");
  log.info(fmt::format("quality-gate: {}", core::to_upper(verdict)));
  return evaluation.verdict == gate::Verdict::pass ? "" : "SucceededWithIssues";
}

}  // namespace mlops::tasks::quality_gate
