#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/jobs/report.hpp>
#include <mlops/core/markdown.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

constexpr std::size_t k_most_message = 2'000;
constexpr std::size_t k_most_line = 500;
constexpr std::size_t k_most_lines = 20;

struct Row {
  std::string name;
  const RunNode* run;
};

void add_rows(std::vector<Row>& rows, const JobResult& result, const std::string& parent, const std::string& indent) {
  std::vector<const RunNode*> children;
  for (const auto& step : result.steps) {
    const bool top = parent == result.job.name && step.parent.empty();
    if (step.parent == parent || top) children.push_back(&step);
  }
  for (const auto* child : children) {
    const bool last = child == children.back();
    rows.push_back({indent + (last ? "└─ " : "├─ ") + child->label(), child});
    add_rows(rows, result, child->name, indent + (last ? "   " : "│  "));
  }
}

// The number of characters as they are seen, near enough: code points.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string mark_of(const std::string& status) {
  if (status == "Completed") return "✅";
  if (status == "Failed") return "❌";
  if (status == "Canceled") return "⏹️";
  return "⏳";
}

std::string without_full_stop(std::string sentence) {
  while (!sentence.empty() && (sentence.back() == '.' || sentence.back() == ' ')) sentence.pop_back();
  return sentence;
}

// Whole: where a log is missing, what stopped the job stands in the later lines.
std::string reason_of(const Failure& failure) {
  return without_full_stop(core::truncate_utf8(std::string(core::trim(failure.message)), k_most_message));
}

// The lines that explain the failure; empty when there are none, or when the reason ends the same way.
std::string end_of_log(const Failure& failure, const std::string& reason) {
  std::string text;
  std::string last;
  const auto count = failure.last_lines.size();
  for (std::size_t i = count > k_most_lines ? count - k_most_lines : 0; i < count; ++i) {
    const std::string line = core::truncate_utf8(failure.last_lines[i], k_most_line);
    if (core::trim(line).empty()) continue;
    text += "\n" + line;
    last = without_full_stop(std::string(core::trim(line)));
  }
  return reason.find(last) == std::string::npos ? without_full_stop(text) : "";
}

}  // namespace

std::string duration_text(const RunNode& run) {
  if (!run.started || !run.ended || *run.ended < *run.started) return "-";
  const auto all = std::chrono::duration_cast<std::chrono::seconds>(*run.ended - *run.started).count();
  if (all >= 3600) return fmt::format("{}h {:02}m {:02}s", all / 3600, all / 60 % 60, all % 60);
  return all >= 60 ? fmt::format("{}m {:02}s", all / 60, all % 60) : fmt::format("{}s", all);
}

std::vector<std::string> job_tree(const JobResult& result) {
  std::vector<Row> rows = {{result.job.name, &result.job}};
  add_rows(rows, result, result.job.name, "");
  std::size_t widest = 0;
  for (const auto& row : rows) widest = std::max(widest, width(row.name));
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    lines.push_back(fmt::format("{}{:{}}  {:<10}  {}", row.name, "", widest - width(row.name), row.run->status,
                                duration_text(*row.run)));
  }
  return lines;
}

std::string job_summary(const JobResult& result, const std::map<std::string, double>& metrics,
                        const std::string& studio_url) {
  std::string text =
      fmt::format("## {} Azure ML job {}\n\n", mark_of(result.job.status), core::markdown_text(result.job.label()));
  text += fmt::format("**{}** after {} · [open in the studio]({})\n\n", core::markdown_text(result.job.status),
                      duration_text(result.job), studio_url);
  if (!result.steps.empty()) {
    text += "| Step | State | Duration |\n| --- | --- | ---: |\n";
    for (const auto& step : result.steps) {
      text += fmt::format("| {} | {} {} | {} |\n", core::markdown_text(step.label()), mark_of(step.status),
                          core::markdown_text(step.status), duration_text(step));
    }
    text += "\n";
  }
  if (!metrics.empty()) {
    text += "| Metric | Value |\n| --- | ---: |\n";
    for (const auto& [name, value] : metrics)
      text += fmt::format("| {} | {:.6g} |\n", core::markdown_text(name), value);
    text += "\n";
  }
  for (const auto& failure : result.failures) {
    text += fmt::format("### {} failed\n\n{}\n\n", core::markdown_text(failure.run.label()),
                        core::markdown_text(core::truncate_utf8(failure.message, k_most_message)));
    if (failure.last_lines.empty()) continue;
    text += "```text\n";
    for (const auto& line : failure.last_lines) text += core::replace_all(line, "```", "'''") + "\n";
    text += "```\n\n";
  }
  return text;
}

core::Error job_error(const JobResult& result, const std::string& studio_url) {
  const std::string hint = fmt::format("Its page in the studio: {}", studio_url);
  if (result.job.status == "Canceled") {
    return {"job-cancelled", fmt::format("the job \"{}\" was cancelled in Azure ML.", result.job.name), {}, hint};
  }
  std::string message = fmt::format("the job \"{}\" failed", result.job.name);
  if (!result.failures.empty()) {
    const Failure& first = result.failures.front();
    if (first.run.name != result.job.name) message += fmt::format(" in the step \"{}\"", first.run.label());
    const std::string reason = reason_of(first);
    if (!reason.empty()) message += ": " + reason;
    const std::string log = end_of_log(first, reason);
    if (!log.empty()) message += ". Its log ends with:" + log;
  }
  return {"job-failed", message + ".", {}, hint};
}

}  // namespace mlops::aml
