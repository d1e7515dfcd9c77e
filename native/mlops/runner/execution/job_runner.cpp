#include <fmt/format.h>

#include <mlops/runner/execution/step_runner.hpp>

namespace mlops::runner {

namespace {

Step made_step(std::string task, std::string display_name, Pairs inputs, const Origin& origin) {
  Step step{};
  step.task = std::move(task);
  step.display_name = std::move(display_name);
  step.inputs = std::move(inputs);
  step.origin = origin;
  return step;
}

bool is_task(const Step& step, std::string_view name) {
  return core::equals_ignoring_case(TaskReference(step.task).name, name);
}

bool downloads(const Step& step) {
  return is_task(step, "DownloadPipelineArtifact") && find_value(step.inputs, "source").has_value();
}

// What the service adds in front: the sources in a job, the artifacts in a deployment.
std::vector<Step> with_implicit_steps(const JobInstance& instance) {
  std::vector<Step> steps = *instance.steps;
  const bool has_checkout =
      std::any_of(steps.begin(), steps.end(), [](const auto& one) { return is_task(one, "Checkout"); });
  const bool has_download = std::any_of(steps.begin(), steps.end(), downloads);
  const auto& origin = instance.job->origin;
  if (instance.download && !has_download) {
    steps.insert(steps.begin(),
                 made_step("DownloadPipelineArtifact@2", "Download artifacts", {{"source", "current"}}, origin));
  }
  if (instance.checkout && !has_checkout) {
    steps.insert(steps.begin(), made_step("Checkout@1", "Checkout self", {{"repository", "self"}}, origin));
  }
  return steps;
}

void make_folders(JobState& job) {
  const auto& instance = job.instance;
  auto name = instance.stage->name + "." + instance.job->name;
  if (!instance.name.empty()) name += "." + instance.name;
  job.workspace = job.run.folders.work() / file_name(name);
  job.sources = job.run.settings.in_place ? job.run.source.folder : job.workspace / "s";
  job.temp = job.workspace / "_temp";
  fs::remove_all(job.workspace);
  for (const auto& folder : {job.sources, job.temp, job.staging(), job.binaries(), job.test_results()}) {
    fs::create_directories(folder);
  }
  fs::permissions(job.temp, fs::perms::owner_all);
}

void set_deadline(JobState& job) {
  const auto text = job.variables.expand(job.instance.job->timeout_minutes);
  double minutes = 0;
  try {
    minutes = std::stod(text);
  } catch (const std::exception&) {
    throw error_at(job.instance.job->origin, "number-invalid",
                   fmt::format("timeoutInMinutes \"{}\" is not a number.", text));
  }
  if (minutes <= 0) return;  // as long as it takes
  job.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<long>(minutes * 60'000));
}

// Scripts and secrets written to the temporary folder are gone when the job is; so is what steps left running.
void clean_up(JobState& job) {
  for (const int group : job.groups) {
    if (job.run.services.children.end_group(group)) {
      job.run.console.lines(job.instance.label, "Ended what a step left running in the background.");
    }
  }
  std::error_code ignored;
  fs::remove_all(job.temp, ignored);
}

void fail(JobState& job, const std::string& message, const std::string& code) {
  job.run.console.lines(job.instance.label, "##[error]" + message);
  job.record.issues.push_back({"error", job.run.masker.mask(message), code});
  job.result = Result::Failed;
}

void run_inside(JobState& job) {
  try {
    make_folders(job);
    set_variables(job);
    if (!job.instance.job->container.empty()) {
      job.run.console.lines(job.instance.label,
                            fmt::format("##[warning]The container {} is not used: steps run on this machine.",
                                        job.instance.job->container));
    }
    set_deadline(job);
    run_steps(job, *job.instance.steps);
    const bool late = job.deadline && std::chrono::steady_clock::now() > *job.deadline;
    if (late && job.result == Result::Canceled) {
      fail(job,
           fmt::format("The job ran longer than the maximum time of {} minutes.", job.instance.job->timeout_minutes),
           "timed-out");
      job.result = Result::Canceled;
    }
  } catch (const core::Error& error) {
    fail(job, error.what(), error.code());
  } catch (const std::filesystem::filesystem_error& error) {
    fail(job, error.what(), "file-system");
  }
}

// All steps are known before the first one runs.
void announce(JobState& job) {
  auto change = Change{.path = path_of(job.instance), .phase = Phase::running, .at = job.record.started};
  change.name = job.instance.name.empty() ? job.instance.job->display_name : job.instance.name;
  change.label = job.instance.label;
  job.run.console.changed(change);
  std::size_t number = 0;
  for (const auto& step : *job.instance.steps) {
    job.run.console.changed({.path = path_of(job.instance, ++number), .name = step.display_name});
  }
}

}  // namespace

JobRecord run_job(RunContext& run, const JobInstance& given, Outputs& outputs) {
  JobInstance instance = given;
  const auto steps = given.server ? *given.steps : with_implicit_steps(given);
  instance.steps = &steps;
  JobState job(run, instance);
  job.record.name = instance.job->name;
  job.record.instance = instance.name;
  job.record.display_name = instance.job->display_name;
  job.record.started = run.services.clock.now();
  announce(job);
  run.console.lines(instance.label, fmt::format("##[section]Starting: {}", instance.job->display_name));
  run_inside(job);
  clean_up(job);
  job.record.result = job.result;
  job.record.time = std::chrono::duration_cast<core::Milliseconds>(run.services.clock.now() - job.record.started);
  run.console.lines(instance.label,
                    fmt::format("##[section]Finishing: {} ({})", instance.job->display_name, to_string(job.result)));
  run.console.changed(
      {.path = path_of(instance), .phase = Phase::done, .result = job.result, .at = run.services.clock.now()});
  outputs = job.outputs;
  return std::move(job.record);
}

}  // namespace mlops::runner
