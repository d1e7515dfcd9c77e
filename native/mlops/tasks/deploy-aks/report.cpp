#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/markdown.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/report.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::size_t k_longest_failure = 1000;

const SmokeResult& last_test(const Outcome& outcome) {
  return outcome.in_traffic.attempts > 0 ? outcome.in_traffic : outcome.alone;
}

std::string status_of(const SmokeResult& test) {
  return test.status == 0 ? std::string() : std::to_string(test.status);
}

std::string test_row(const char* label, const SmokeResult& test) {
  if (test.attempts == 0) return fmt::format("| {} | not made |\n", label);
  return fmt::format("| {} | {} ({} attempt{}) |\n", label, core::markdown_text(test.answer), test.attempts,
                     test.attempts == 1 ? "" : "s");
}

std::string result_text(const Outcome& outcome) {
  switch (outcome.result) {
    case Result::live:
      if (outcome.returned) return "Rolled back: an earlier deployment serves again.";
      return outcome.adopted ? "Serves; it was deployed by an earlier attempt." : "Deployed and serving.";
    case Result::rolled_back:
      return "Failed; rolled back.";
    case Result::rollback_failed:
      return "Failed, and not everything could be rolled back: see the warnings.";
    case Result::unchanged:
      break;
  }
  return "Failed before anything was changed.";
}

std::string traffic_table(const Outcome& outcome) {
  std::string text = "| Deployment | Traffic before | Traffic now |\n|---|---:|---:|\n";
  aml::Traffic all = outcome.before;
  all.insert(outcome.after.begin(), outcome.after.end());
  const auto share = [](const aml::Traffic& traffic, const std::string& name) {
    const auto found = traffic.find(name);
    return found == traffic.end() ? std::string("-") : fmt::format("{} %", found->second);
  };
  for (const auto& [name, ignored] : all) {
    text += fmt::format("| {} | {} | {} |\n", name, share(outcome.before, name), share(outcome.after, name));
  }
  return all.empty() ? std::string("No deployment has traffic.\n") : text;
}

void publish(agent::Services& services, const Documents& documents, const Outcome& outcome,
             const std::string& failure) {
  agent::Log& log = services.log;
  const std::string previous = main_deployment(outcome.before);
  log.set_variable("endpointName", documents.endpoint.name);
  log.set_variable("deploymentName", outcome.deployment);
  log.set_variable("scoringUri", aml::text_at(outcome.endpoint, "properties.scoringUri"));
  log.set_variable("previousDeployment", previous == outcome.deployment ? "" : previous);
  log.set_variable("smokeTestStatus", status_of(last_test(outcome)));
  const auto folder = std::filesystem::path(agent::pipeline_run(services.variables).temp_folder);
  const auto file =
      std::filesystem::absolute(folder / fmt::format("deploy-aks-{}-{}.md", documents.endpoint.name,
                                                     outcome.deployment.empty() ? "failed" : outcome.deployment));
  core::write_file_atomically(file, summary(documents, outcome, failure));
  log.upload_summary(file.string());
}

}  // namespace

std::string summary(const Documents& documents, const Outcome& outcome, const std::string& failure) {
  // A failure may come before a name is chosen.
  const std::string& deployment = outcome.deployment.empty() ? documents.deployment.name : outcome.deployment;
  std::string text =
      fmt::format("## Deployment {} on {}\n\n{}\n\n", deployment, documents.endpoint.name, result_text(outcome));
  if (!failure.empty())
    text += fmt::format("> {}\n\n", core::markdown_text(core::truncate_utf8(failure, k_longest_failure)));
  text += "| | |\n|---|---|\n";
  if (documents.model)
    text += fmt::format("| Model | {} version {} |\n", documents.model->name, documents.model->version);
  text += test_row("Smoke test without traffic", outcome.alone);
  text += test_row("Smoke test in traffic", outcome.in_traffic);
  text += fmt::format("| Scoring address | {} |\n", aml::text_at(outcome.endpoint, "properties.scoringUri"));
  if (!outcome.removed.empty()) text += fmt::format("| Deleted | {} |\n", core::join(outcome.removed, ", "));
  return text + "\n" + traffic_table(outcome);
}

void report(agent::Services& services, const Documents& documents, const Outcome& outcome) {
  publish(services, documents, outcome, "");
  services.log.info(fmt::format("deploy-aks: {} serves on {}: {}.", outcome.deployment, documents.endpoint.name,
                                to_text(outcome.after)));
}

void report_failure(agent::Services& services, const Documents& documents, const Outcome& outcome,
                    const core::Error& failure) {
  try {
    publish(services, documents, outcome, failure.message());
  } catch (const std::exception& other) {
    services.log.info(fmt::format("The summary could not be written: {}", other.what()));
  }
}

}  // namespace mlops::tasks::deploy_aks
