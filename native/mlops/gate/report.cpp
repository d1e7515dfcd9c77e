#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mlops/core/markdown.hpp>
#include <mlops/core/text.hpp>
#include <mlops/gate/report.hpp>

namespace mlops::gate {

namespace json = boost::json;

namespace {

json::value number(const std::optional<double>& value) {
  if (!value) return nullptr;
  // JSON has no NaN; the word keeps the reader from taking it for "absent".
  return std::isfinite(*value) ? json::value(*value) : json::value(show(*value));
}

json::object metrics_json(const Metrics& metrics) {
  json::object object;
  for (const auto& [name, value] : metrics) object[name] = number(value);
  return object;
}

json::object finding_json(const Finding& finding) {
  return {{"metric", finding.metric},
          {"description", finding.description},
          {"condition", finding.condition},
          {"value", number(finding.value)},
          {"baseline", number(finding.baseline)},
          {"limit", number(finding.limit)},
          {"result", to_string(finding.result)},
          {"severity", to_string(finding.severity)},
          {"message", finding.message}};
}

std::string cell(const std::optional<double>& value) {
  return value ? show(*value) : "–";
}

std::string change(const Finding& finding) {
  if (!finding.value || !finding.baseline) return "–";
  const double difference = *finding.value - *finding.baseline;
  if (*finding.baseline == 0) return fmt::format("{:+.4g}", difference);
  return fmt::format("{:+.4g} ({:+.1f} %)", difference, 100 * difference / std::abs(*finding.baseline));
}

const char* sign(Verdict verdict) {
  if (verdict == Verdict::pass) return "✅ pass";
  return verdict == Verdict::warn ? "⚠️ warn" : "❌ fail";
}

std::string heading(const Report& report) {
  const char* headline = report.evaluation.verdict == Verdict::pass   ? "✅ Quality gate passed"
                         : report.evaluation.verdict == Verdict::warn ? "⚠️ Quality gate passed with warnings"
                                                                      : "❌ Quality gate failed";
  std::string text = fmt::format("## {}\n\n", headline);
  if (!report.model.empty()) text += fmt::format("- Model: {}\n", core::markdown_text(report.model));
  if (!report.job.empty()) text += fmt::format("- Candidate: job {}\n", core::markdown_text(report.job));
  text += fmt::format("- Production: {}\n",
                      report.baseline ? "version " + core::markdown_text(report.baseline->version) : "none yet");
  text += fmt::format("- Rules: {}\n- Judged at: {}\n\n", core::markdown_text(report.rules_file), report.generated_at);
  return text;
}

}  // namespace

std::vector<std::string> reasons(const Evaluation& evaluation) {
  std::vector<std::string> reasons;
  for (const Verdict wanted : {Verdict::fail, Verdict::warn}) {
    for (const auto& finding : evaluation.findings) {
      if (finding.result == wanted) reasons.push_back(finding.message);
    }
  }
  return reasons;
}

std::string headline(const Evaluation& evaluation) {
  constexpr std::size_t k_longest = 300;
  const auto why = reasons(evaluation);
  std::string text = to_string(evaluation.verdict);
  text += why.empty() ? fmt::format(": all {} conditions are met.", evaluation.findings.size()) : ": " + why.front();
  if (why.size() > 1) text += fmt::format(" And {} more.", why.size() - 1);
  for (char& byte : text) {
    if (byte == '"' || byte == '\\') byte = '\'';
    if (static_cast<unsigned char>(byte) < ' ') byte = ' ';
  }
  return core::truncate_utf8(text, k_longest);
}

json::value to_json(const Report& report) {
  json::object object;
  object["verdict"] = to_string(report.evaluation.verdict);
  object["generatedAt"] = report.generated_at;
  object["job"] = report.job;
  object["model"] = report.model;
  object["rulesFile"] = report.rules_file;
  object["baseline"] = nullptr;
  if (report.baseline) {
    object["baseline"] = {{"version", report.baseline->version}, {"metrics", metrics_json(report.baseline->metrics)}};
  }
  object["candidate"] = {{"metrics", metrics_json(report.candidate)}};
  if (!report.data.empty()) object["data"] = {{"metrics", metrics_json(report.data)}};
  json::array rules;
  for (const auto& finding : report.evaluation.findings) rules.push_back(finding_json(finding));
  object["rules"] = rules;
  return object;
}

std::string to_markdown(const Report& report) {
  std::string text = heading(report);
  for (const auto& reason : reasons(report.evaluation)) text += fmt::format("- {}\n", core::markdown_text(reason));
  if (report.evaluation.verdict != Verdict::pass) text += "\n";
  text += "| | Metric | Condition | Candidate | Production | Change | Limit |\n|---|---|---|---:|---:|---:|---:|\n";
  for (const auto& finding : report.evaluation.findings) {
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", sign(finding.result),
                        core::markdown_text(finding.metric), core::markdown_text(finding.condition),
                        cell(finding.value), cell(finding.baseline), change(finding), cell(finding.limit));
  }
  return text;
}

}  // namespace mlops::gate
