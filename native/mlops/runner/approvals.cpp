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
  const std::string question =
      fmt::format("{}{}Approve {}? [y/N] ", instructions, instructions.empty() ? "" : "\n", name);
  const std::string answer = core::to_lower(core::trim(m_ask(question)));
  return {answer == "y" || answer == "yes", "on the terminal"};
}

}  // namespace mlops::runner
