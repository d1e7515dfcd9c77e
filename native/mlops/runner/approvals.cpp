#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/runner/approvals.hpp>

namespace mlops::runner {

namespace {

bool names(const std::set<std::string>& options, const std::string& name) {
  return std::any_of(options.begin(), options.end(), [&](const auto& option) {
    return core::equals_ignoring_case(option, "all") || core::equals_ignoring_case(option, name);
  });
}

EnvironmentRules read_rules(const document::Node& node) {
  node.require_keys({"approval"}, "an environment");
  EnvironmentRules rules;
  const auto approval = node.find("approval");
  if (!approval && node.value().get_object().contains("approval")) {
    throw core::Error("approval-empty", "the approval is empty.", node.members().front().second.key_place(),
                      "Write approval: true, or approval: {instructions: Look at the verdict}.");
  }
  if (!approval) return rules;
  if (!approval->is_mapping()) {
    rules.approval = approval->as_bool();
    return rules;
  }
  approval->require_keys({"instructions"}, "an approval");
  rules.approval = true;
  if (const auto text = approval->find("instructions")) rules.instructions = text->as_text();
  return rules;
}

}  // namespace

std::map<std::string, EnvironmentRules> read_environments(const fs::path& file) {
  const auto document = document::Document::load(file);
  document.root().require_keys({"environments"}, "a file of environments");
  std::map<std::string, EnvironmentRules> result;
  for (const auto& [name, node] : document.root().at("environments").members()) {
    result.emplace(core::to_lower(name), node.is_null() ? EnvironmentRules() : read_rules(node));
  }
  return result;
}

EnvironmentRules Approvals::rules_of(const std::string& environment) const {
  const auto found = m_rules.find(core::to_lower(environment));
  return found == m_rules.end() ? EnvironmentRules() : found->second;
}

Decision Approvals::decide(const std::string& name, const std::string& instructions) {
  if (names(m_settings.reject, name)) return {false, "--reject"};
  if (names(m_settings.approve, name)) return {true, "--approve"};
  if (!m_ask) return {false, "there is no terminal to ask on; use --approve or --reject"};
  const std::lock_guard one_at_a_time(m_mutex);
  std::string question = fmt::format("{}{}Approve {}? [y/N] ", instructions, instructions.empty() ? "" : "\n", name);
  while (true) {
    const std::string answer = core::to_lower(core::trim(m_ask(question)));
    if (answer == "y" || answer == "yes") return {true, "on the terminal"};
    if (answer.empty() || answer == "n" || answer == "no") return {false, "on the terminal"};
    question = fmt::format("Please answer y or n. Approve {}? [y/N] ", name);
  }
}

void check_environments(const Pipeline& pipeline, const std::map<std::string, EnvironmentRules>& rules,
                        const std::optional<fs::path>& file) {
  std::vector<std::string> used;
  for (const auto& stage : pipeline.stages) {
    for (const auto& job : stage.jobs) {
      if (job.deployment) used.push_back(core::to_lower(job.deployment->environment));
    }
  }
  for (const auto& [name, rule] : rules) {
    if (!rule.approval || std::find(used.begin(), used.end(), name) != used.end()) continue;
    if (const auto meant = core::nearest(name, used)) {
      throw core::Error(
          "environment-unknown",
          fmt::format("no deployment of this pipeline is to the environment \"{}\"{}", name, core::did_you_mean(meant)),
          core::FilePlace{file->string(), 0, 0}, "Correct its name there, so that its approval is asked for.");
    }
  }
}

}  // namespace mlops::runner
