#include <fmt/format.h>

#include <cctype>
#include <mlops/aml/job_outputs.hpp>
#include <mlops/aml/jobs/report.hpp>
#include <mlops/core/files.hpp>
#include <mlops/document/document.hpp>
#include <mlops/tasks/aml-submit/results.hpp>

namespace mlops::tasks::aml_submit {

namespace fs = std::filesystem;

namespace {

class Publication {
 public:
  Publication(aml::Workspace& workspace, const Options& options, const aml::SubmittedJob& job,
              const aml::JobResult& result)
      : m_workspace(workspace),
        m_options(options),
        m_job(job),
        m_result(result),
        m_log(workspace.services().log),
        m_temporary(fs::path(agent::pipeline_run(workspace.services().variables).temp_folder) / "aml-submit" /
                    job.name),
        m_folder(options.outputs_folder.empty() ? m_temporary : options.outputs_folder) {}

  void run() {
    m_log.set_variable("jobStatus", m_result.job.status);
    for (const auto& line : aml::job_tree(m_result)) m_log.info(line);
    for (const auto& failure : m_result.failures) show(failure);
    carefully("The metrics of the job can't be read", [this] { publish_metrics(); });
    publish_children();
    if (m_result.succeeded()) download();
    carefully("The artifacts of the job can't be published", [this] { publish_artifacts(); });
    if (m_options.summary) publish_summary();
  }

 private:
  template <typename Action>
  void carefully(const std::string& what, Action action) {
    try {
      action();
    } catch (const core::Cancelled&) {
      throw;
    } catch (const core::Error& error) {
      if (m_result.succeeded()) throw;
      m_log.warning(fmt::format("{}: {}", what, error.message()));
    }
  }

  void show(const aml::Failure& failure) {
    m_log.info(fmt::format("{} failed{}{}", failure.run.label(), failure.message.empty() ? "" : ": ", failure.message));
    if (failure.last_lines.empty()) return;
    m_log.info("Its last lines:");
    for (const auto& line : failure.last_lines) m_log.foreign(failure.run.label(), line);
  }

  void publish_metrics() {
    m_metrics = aml::job_metrics(m_workspace, m_job.name);
    boost::json::object json;
    for (const auto& [name, value] : m_metrics) {
      json[name] = value;
      m_log.set_variable(metric_variable(name), fmt::format("{}", value));
    }
    const fs::path file = fs::absolute(m_folder / "metrics.json");
    core::write_file_atomically(file, document::to_pretty_json(json));
    m_log.set_variable("metricsFile", file.string());
  }

  void publish_children() {
    if (m_result.steps.empty()) return;
    boost::json::object children;
    for (const auto& step : m_result.steps) children[step.label()] = step.name;
    m_log.set_variable("childJobs", boost::json::serialize(children));
  }

  void publish_artifacts() {
    if (m_options.publish_artifacts.empty()) return;
    publish_artifacts_of(m_job.name, "");
    for (const auto& step : m_result.steps) publish_artifacts_of(step.name, step.label());
  }

  void publish_artifacts_of(const std::string& run, const std::string& step) {
    const fs::path folder = fs::absolute(m_temporary / "artifacts" / run);
    const auto names = aml::download_artifacts(m_workspace, run, {m_options.publish_artifacts}, folder);
    for (const auto& name : names) {
      const std::string file = (folder / name).string();
      m_log.add_attachment("mlops.artifact", attachment_name(step, name), file);
      m_log.upload_file(file);
    }
    if (!names.empty())
      m_log.info(fmt::format("Published {} artifact(s) of {}.", names.size(), step.empty() ? "the job" : step));
  }

  void download() {
    for (const auto& name : m_options.download_outputs) {
      const aml::OutputPlace place = aml::find_output(m_workspace, m_job.name, name);
      const auto files = aml::download_output(m_workspace, place, m_folder / name);
      m_log.info(fmt::format("Downloaded the output {}: {} file{}.", name, files.size(), files.size() == 1 ? "" : "s"));
    }
    if (!m_options.download_outputs.empty()) m_log.set_variable("outputsFolder", fs::absolute(m_folder).string());
  }

  void publish_summary() {
    const fs::path file = fs::absolute(m_temporary / "summary.md");
    core::write_file_atomically(file, aml::job_summary(m_result, m_metrics, m_job.studio_url));
    m_log.upload_summary(file.string());
  }

  aml::Workspace& m_workspace;
  const Options& m_options;
  const aml::SubmittedJob& m_job;
  const aml::JobResult& m_result;
  agent::Log& m_log;
  fs::path m_temporary;
  fs::path m_folder;
  std::map<std::string, double> m_metrics;
};

}  // namespace

std::string metric_variable(const std::string& metric) {
  std::string name = "metric_";
  for (const char c : metric) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

std::string attachment_name(const std::string& step, const std::string& artifact) {
  std::string name = step.empty() ? artifact : step + "." + artifact;
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || std::string_view("\"<>|:*?\\/").find(c) != std::string_view::npos)
      c = '_';
  }
  return name;
}

void publish_results(aml::Workspace& workspace, const Options& options, const aml::SubmittedJob& job,
                     const aml::JobResult& result) {
  Publication(workspace, options, job, result).run();
}

}  // namespace mlops::tasks::aml_submit
