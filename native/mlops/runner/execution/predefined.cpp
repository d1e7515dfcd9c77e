#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/runner/execution/predefined.hpp>

namespace mlops::runner {

namespace {

constexpr const char* k_project = "mlops";
constexpr const char* k_collection = "https://dev.azure.com/local/";
constexpr const char* k_person = "local";

void provide_all(Variables& variables, const Pairs& pairs) {
  for (const auto& [name, value] : pairs) variables.provide(name, value);
}

std::string last_part(const std::string& text) {
  return text.substr(text.rfind('/') + 1);
}

}  // namespace

Pairs source_variables(const Settings& settings, const SourceInfo& source) {
  const auto folder = source.folder.string();
  const auto pipeline = settings.pipeline.stem().string();
  return {{"Build.DefinitionName", pipeline},
          {"Build.DefinitionVersion", "1"},
          {"Build.Reason", "Manual"},
          {"Build.QueuedBy", k_person},
          {"Build.QueuedById", stable_guid(k_person)},
          {"Build.RequestedFor", k_person},
          {"Build.RequestedForId", stable_guid(k_person)},
          {"Build.RequestedForEmail", ""},
          {"Build.Repository.Name", source.folder.filename().string()},
          {"Build.Repository.Uri", "file://" + folder},
          {"Build.Repository.Provider", "Git"},
          {"Build.Repository.ID", stable_guid(folder)},
          {"Build.SourceVersion", source.commit},
          {"Build.SourceBranch", source.branch},
          {"Build.SourceBranchName", last_part(source.branch)},
          {"System.CollectionId", stable_guid(k_collection)},
          {"System.CollectionUri", k_collection},
          {"System.TeamFoundationCollectionUri", k_collection},
          {"System.TeamProject", k_project},
          {"System.TeamProjectId", stable_guid(k_project)},
          {"System.DefinitionId", "1"},
          {"System.HostType", "build"},
          {"System.PullRequest.IsFork", "False"}};
}

std::string stable_guid(const std::string& text) {
  const auto hex = core::sha256_hex(text);
  return fmt::format("{}-{}-4{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3), hex.substr(17, 3),
                     hex.substr(20, 12));
}

void provide_run_variables(Variables& variables, RunContext& run) {
  std::string number;
  {
    const std::lock_guard held(run.mutex);
    number = run.record.build_number;
  }
  const auto& id = run.record.build_id;
  provide_all(variables, source_variables(run.settings, run.source));
  provide_all(variables,
              {{"Build.BuildId", id},
               {"Build.BuildNumber", number},
               {"Build.BuildUri", "vstfs:///Build/Build/" + id},
               {"Build.ContainerId", id},
               {"Build.Repository.Clean", "False"},
               {"Build.Repository.Git.SubmoduleCheckout", "False"},
               {"System.TeamFoundationServerUri", k_collection},
               {"System.DefinitionName", run.record.pipeline},
               {"System.Culture", "en-US"},
               {"System.PlanId", stable_guid("plan " + id)},
               {"System.TimelineId", stable_guid("timeline " + id)},
               {"System.PipelineStartTime", format_date("yyyy-MM-dd HH:mm:ss", run.record.started) + "+00:00"},
               {"TF_BUILD", "True"}});
  // Of the person's own organization, where one is given; a task that needs it says what is refused.
  const auto token = run.services.environment.get("SYSTEM_ACCESSTOKEN").value_or("");
  if (!token.empty()) run.masker.add(token);
  variables.provide({.name = "System.AccessToken", .value = token, .secret = true, .read_only = true});
  for (const auto& [alias, path] : run.settings.pipelines) {
    variables.provide(fmt::format("resources.pipeline.{}.pipelineName", alias), alias);
    variables.provide(fmt::format("resources.pipeline.{}.runID", alias), path.filename().string());
  }
}

void provide_variables(JobState& job) {
  provide_run_variables(job.variables, job.run);
  const auto& instance = job.instance;
  const auto& stage = *instance.stage;
  const auto& phase = *instance.job;
  const auto attempt = std::to_string(instance.stage_attempt);
  const auto leg = instance.name.empty() ? std::string("__default") : instance.name;
  const auto home = job.run.folders.work().string();
  const auto identity = fmt::format("{} {} {}", stage.name, phase.name, instance.name);
  provide_all(
      job.variables,
      {{"Agent.Id", "1"},
       {"Agent.Name", "local"},
       {"Agent.MachineName", "local"},
       {"Agent.OS", "Linux"},
       {"Agent.OSArchitecture", "X64"},
       {"Agent.Version", "4.0.0"},
       {"Agent.JobName", phase.display_name},
       {"Agent.JobStatus", "Succeeded"},
       {"Agent.TempDirectory", job.temp.string()},
       {"Agent.WorkFolder", home},
       {"Agent.RootDirectory", home},
       {"Agent.HomeDirectory", home},
       {"Agent.BuildDirectory", job.workspace.string()},
       {"Agent.ToolsDirectory", (job.run.folders.work() / "_tool").string()},
       {"Pipeline.Workspace", job.workspace.string()},
       {"Build.SourcesDirectory", job.sources.string()},
       {"Build.Repository.LocalPath", job.sources.string()},
       {"Build.ArtifactStagingDirectory", job.staging().string()},
       {"Build.StagingDirectory", job.staging().string()},
       {"Build.BinariesDirectory", job.binaries().string()},
       {"Common.TestResultsDirectory", job.test_results().string()},
       {"System.ArtifactsDirectory", job.staging().string()},
       {"System.DefaultWorkingDirectory", job.default_folder().string()},
       {"System.JobId", stable_guid(fmt::format("job {} {}", job.run.record.build_id, identity))},
       {"System.JobName", leg},
       {"System.JobDisplayName", phase.display_name},
       {"System.JobAttempt", attempt},
       {"System.JobIdentifier", job.run.pipeline.single_stage ? fmt::format("{}.{}", phase.name, leg)
                                                              : fmt::format("{}.{}.{}", stage.name, phase.name, leg)},
       {"System.JobPositionInPhase", std::to_string(instance.position)},
       {"System.TotalJobsInPhase", std::to_string(instance.total)},
       {"System.PhaseName", phase.name},
       {"System.PhaseDisplayName", phase.display_name},
       {"System.PhaseAttempt", attempt},
       {"System.StageName", stage.name},
       {"System.StageDisplayName", stage.display_name},
       {"System.StageAttempt", attempt}});
  if (!phase.deployment) return;
  provide_all(job.variables, {{"Environment.Name", phase.deployment->environment},
                              {"Environment.Id", stable_guid("environment " + phase.deployment->environment)},
                              {"Environment.ResourceName", phase.deployment->resource},
                              {"Strategy.Name", phase.deployment->strategy}});
}

}  // namespace mlops::runner
