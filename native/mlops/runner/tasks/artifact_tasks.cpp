#include <fmt/format.h>

#include <mlops/runner/tasks/table.hpp>

namespace mlops::runner {

namespace {

std::string files(std::size_t count) {
  return fmt::format("{} file{}", count, count == 1 ? "" : "s");
}

Result publish(StepRun& run, const std::string& name, const std::string& from) {
  const auto count = run.job.run.artifacts.publish(name, run.path(from), "", true);
  run.log.line(fmt::format("Artifact {}: {}", name, files(count)));
  return Result::Succeeded;
}

// The artifacts of this run, or of another pipeline's run that was given as a folder.
ArtifactStore store_of(const StepRun& run, const std::string& source) {
  const auto& context = run.job.run;
  if (source.empty() || core::equals_ignoring_case(source, "current"))
    return ArtifactStore(context.folders.artifacts());
  for (const auto& [alias, folder] : context.settings.pipelines) {
    if (core::equals_ignoring_case(alias, source)) return ArtifactStore(RunFolders{folder}.artifacts());
  }
  throw run.error("pipeline-missing",
                  fmt::format("the run of the pipeline \"{}\" is not known on this machine.", source),
                  fmt::format("Give its run folder with --pipeline {}=FOLDER.", source));
}

Result download(StepRun& run, const std::string& source, const std::string& name, const fs::path& target) {
  const auto store = store_of(run, source);
  const auto patterns = run.patterns("itemPattern");
  const auto names = name.empty() ? store.names() : std::vector<std::string>{name};
  for (const auto& one : names) {
    // All of them go to folders of their own, a single one to the target itself.
    const auto count = store.download(one, patterns, name.empty() ? target / one : target);
    run.log.line(fmt::format("Artifact {}: {}", one, files(count)));
  }
  return Result::Succeeded;
}

std::string first_of(const StepRun& run, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (auto value = run.input(name); !value.empty()) return value;
  }
  return {};
}

}  // namespace

Result run_publish_artifact(StepRun& run) {
  auto name = first_of(run, {"artifactName", "artifact"});
  // The service names an artifact after its job when the step does not.
  if (name.empty()) name = file_name(run.job.instance.job->name);
  auto from = first_of(run, {"targetPath", "path"});
  return publish(run, name, from.empty() ? run.job.default_folder().string() : from);
}

Result run_download_artifact(StepRun& run) {
  const auto source = first_of(run, {"source", "buildType"});
  if (core::equals_ignoring_case(source, "none")) return Result::Succeeded;
  const bool other = core::equals_ignoring_case(source, "specific");
  const auto name = first_of(run, {"artifactName", "artifact"});
  const auto from = other ? run.required("pipeline") : source;
  // `download:` puts each artifact into a folder of its name, the task into the given folder.
  const bool step_form = run.input("source").size() > 0 && run.input("targetPath").empty() && run.input("path").empty();
  fs::path target = run.job.workspace;
  if (const auto given = first_of(run, {"targetPath", "path"}); !given.empty()) target = run.path(given);
  const bool own = from.empty() || core::equals_ignoring_case(from, "current");
  if (!own && step_form) target /= from;
  if (!name.empty() && step_form) target /= name;
  return download(run, from, name, target);
}

Result run_publish_build_artifact(StepRun& run) {
  const auto from = first_of(run, {"PathtoPublish"});
  const auto name = run.input("ArtifactName", "drop");
  const auto count = run.job.run.artifacts.publish(name, from.empty() ? run.job.staging() : run.path(from), "", false);
  run.log.line(fmt::format("Artifact {}: {}", name, files(count)));
  return Result::Succeeded;
}

Result run_download_build_artifact(StepRun& run) {
  const bool current = core::equals_ignoring_case(run.input("buildType", "current"), "current");
  const auto definition = run.input("definition");
  const auto source = definition.empty() && current ? std::string("current") : run.required("definition");
  fs::path target = run.path(run.input("downloadPath", (run.job.workspace / "a").string()));
  const auto name = run.input("artifactName");
  if (!name.empty()) target /= name;
  return download(run, source, name, target);
}

}  // namespace mlops::runner
