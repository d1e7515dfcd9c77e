#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/http/url.hpp>
#include <mlops/runner/report/markdown_html.hpp>
#include <mlops/runner/report/summary.hpp>

namespace mlops::runner {

namespace {

constexpr std::string_view k_style =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f;"
    "background:#fff}"
    "h1,h2,h3,h4{line-height:1.2}table{border-collapse:collapse}td,th{border:1px solid #d0d0d7;padding:.2rem .6rem;"
    "text-align:left}pre{overflow:auto;background:#f4f4f7;padding:.6rem}details{margin:.2rem "
    "0}.step{margin-left:1.4rem}"
    ".r{font-weight:600}.Succeeded{color:#0a6b2d}.SucceededWithIssues{color:#8a5a00}.Failed{color:#b3001b}"
    ".Canceled,.Skipped{color:#5c5c66}.time{color:#5c5c66}"
    "@media(prefers-color-scheme:dark){body{color:#e6e6ea;background:#17171a}pre{background:#222227}"
    "td,th{border-color:#44444c}.Succeeded{color:#5fd38a}.SucceededWithIssues{color:#f0b84a}.Failed{color:#ff7a86}"
    ".Canceled,.Skipped,.time{color:#a0a0aa}a{color:#8ab4ff}}";

std::string result_html(Result result) {
  return fmt::format("<span class=\"r {0}\">{0}</span>", to_string(result));
}

std::string time_html(core::Milliseconds time) {
  return fmt::format("<span class=\"time\">{:.1f} s</span>", static_cast<double>(time.count()) / 1000);
}

std::string link_html(const std::string& path) {
  return fmt::format("<a href=\"{}\">{}</a>", html_text(http::encode_path(path)), html_text(path));
}

std::string issues_html(const std::vector<Issue>& issues) {
  if (issues.empty()) return {};
  std::string html = "<ul>";
  for (const auto& issue : issues)
    html += fmt::format("<li>{}: {}</li>", html_text(issue.type), html_text(issue.message));
  return html + "</ul>\n";
}

std::string step_html(const StepRecord& step) {
  std::string html = fmt::format("<div class=\"step\">{} {} {}", result_html(step.result), html_text(step.display_name),
                                 time_html(step.time));
  if (!step.log.empty()) html += fmt::format(" <a href=\"{}\">log</a>", html_text(http::encode_path(step.log)));
  if (step.attempts > 1) html += fmt::format(" ({} attempts)", step.attempts);
  for (const auto& file : step.attachments) html += "<br>" + link_html(file);
  return html + issues_html(step.issues) + "</div>\n";
}

std::string job_html(const JobRecord& job) {
  const auto name = job.instance.empty() ? job.display_name : fmt::format("{} ({})", job.display_name, job.instance);
  std::string html = fmt::format("<details{}><summary>{} {} {}</summary>\n", is_success(job.result) ? "" : " open",
                                 result_html(job.result), html_text(name), time_html(job.time));
  html += issues_html(job.issues);
  for (const auto& step : job.steps) html += step_html(step);
  return html + "</details>\n";
}

std::string stage_html(const StageRecord& stage) {
  std::string html = fmt::format("<h2>{} {}</h2>\n", html_text(stage.display_name), result_html(stage.result));
  if (stage.attempt > 1) html += fmt::format("<p>Attempt {}</p>\n", stage.attempt);
  if (stage.earlier) html += "<p>Taken over from an earlier run.</p>\n";
  if (!stage.reason.empty()) html += fmt::format("<p>{}</p>\n", html_text(stage.reason));
  for (const auto& approval : stage.approvals) html += fmt::format("<p>Environment {}</p>\n", html_text(approval));
  for (const auto& job : stage.jobs) html += job_html(job);
  return html;
}

std::string summaries_html(const RunRecord& record, const RunFolders& folders) {
  std::string html;
  for (const auto& stage : record.stages) {
    for (const auto& job : stage.jobs) {
      for (const auto& step : job.steps) {
        for (const auto& file : step.summaries) {
          html += fmt::format("<section><h2>{}: {}</h2>\n{}</section>\n", html_text(job.display_name),
                              html_text(step.display_name), markdown_html(core::read_file(folders.root / file)));
        }
      }
    }
  }
  return html;
}

std::string list_html(std::string_view title, const std::vector<std::string>& items, bool links) {
  if (items.empty()) return {};
  std::string html = fmt::format("<h2>{}</h2><ul>\n", title);
  for (const auto& item : items) {
    html += fmt::format("<li>{}</li>\n", links ? link_html("artifacts/" + item) : html_text(item));
  }
  return html + "</ul>\n";
}

}  // namespace

std::string summary_html(const RunRecord& record, const RunFolders& folders) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0} {1}</title>\n"
      "<meta name=\"viewport\" content=\"width=device-width\"><style>{2}</style></head><body>\n"
      "<h1>{0} {1}</h1>\n<p>{3} {4}, started {5}</p>\n",
      html_text(record.pipeline), html_text(record.build_number), k_style, result_html(record.result),
      time_html(record.time), core::to_iso8601(record.started));
  for (const auto& stage : record.stages) html += stage_html(stage);
  html += list_html("Artifacts", record.artifacts, true) + list_html("Tags", record.tags, false);
  return html + summaries_html(record, folders) + "</body></html>\n";
}

}  // namespace mlops::runner
