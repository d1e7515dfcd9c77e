#include "run_world.hpp"

#include <mlops/core/real_world.hpp>
#include <mlops/runner/expand/tree.hpp>
#include <mlops_test/catch.hpp>

namespace mlops::test {

using namespace runner;

namespace {

/// Lines as they come, and the tree of what was told.
class BothConsoles : public PlainConsole {
 public:
  BothConsoles(core::Output& output, const Masker& masker, RunTree& tree, std::vector<Change>& changes)
      : PlainConsole(output, masker, false), m_tree(tree), m_changes(changes) {}

  void changed(Change change) override {
    const std::lock_guard held(m_mutex);
    m_tree.apply(change);
    m_changes.push_back(std::move(change));
  }

 private:
  RunTree& m_tree;
  std::vector<Change>& m_changes;
  std::mutex m_mutex;
};

}  // namespace

std::string TableEvaluator::text(const std::string& expression, const Scope& scope, const Origin& origin) const {
  const auto answer = table.find(expression);
  return answer == table.end() ? m_language->text(expression, scope, origin) : answer->second(scope);
}

bool TableEvaluator::test(const std::string& expression, const Scope& scope, const Origin& origin) const {
  const auto answer = table.find(expression);
  return answer == table.end() ? m_language->test(expression, scope, origin) : answer->second(scope) == "True";
}

Expanded expanded(const std::string& yaml) {
  const auto document = document::Document::parse(yaml, "p.yml", document::Scalars::as_written);
  return {document.value(), std::make_shared<Tree>(Tree{Tree::Members(), {{"p.yml", 1, 1}, {}}})};
}

Pipeline pipeline(const std::string& yaml) {
  return read_pipeline(expanded(yaml));
}

RunWorld::RunWorld()
    : m_environment(core::process_environment()), m_processes(core::system_processes()), m_children(system_children()) {
  settings.parallel_jobs = 1;
  settings.output = folder.path() / "out";
  folder.write("sources/file.txt", "content");
}

Result RunWorld::run(const std::string& yaml) {
  const auto parsed = pipeline(yaml);
  const auto folders = make_run_folder(settings, folder.path());
  tree.emplace(parsed);
  BothConsoles console(output, masker, *tree, changes);
  Approvals approvals(settings, environments, {});
  ArtifactStore artifacts(folders.artifacts());
  const TaskFolders tasks(settings.task_folders);
  const Connections connections(settings.connections);
  Counters counters(folder.path() / "counters.json");
  RunContext context{
      .settings = settings,
      .services = {m_clock, m_sleeper, cancellation, *m_environment, *m_processes, *m_children, transport, output},
      .evaluator = evaluator,
      .pipeline = parsed,
      .folders = folders,
      .source = {.folder = folder.path() / "sources"},
      .masker = masker,
      .console = console,
      .approvals = approvals,
      .artifacts = artifacts,
      .tasks = tasks,
      .connections = connections,
      .counters = counters,
      .groups = groups};
  context.record.build_id = "7";
  context.record.started = m_clock.now();
  const auto result = Scheduler(context, earlier).run();
  record = context.record;
  return result;
}

const StageRecord& RunWorld::stage(const std::string& name) const {
  for (const auto& one : record.stages) {
    if (one.name == name) return one;
  }
  FAIL("no stage " << name);
  std::abort();
}

const JobRecord& RunWorld::job(const std::string& name) const {
  for (const auto& one : record.stages) {
    for (const auto& candidate : one.jobs) {
      if (candidate.name == name || candidate.name + "." + candidate.instance == name) return candidate;
    }
  }
  FAIL("no job " << name << " in\n" << output.text);
  std::abort();
}

const StepRecord& RunWorld::step(const std::string& name) const {
  for (const auto& one : record.stages) {
    for (const auto& candidate : one.jobs) {
      for (const auto& step : candidate.steps) {
        if (step.name == name) return step;
      }
    }
  }
  FAIL("no step " << name << " in\n" << output.text);
  std::abort();
}

std::vector<std::string> RunWorld::issues(const std::string& name) const {
  std::vector<std::string> result;
  for (const auto& issue : step(name).issues) result.push_back(issue.message);
  return result;
}

std::vector<std::string> RunWorld::lines() const {
  std::vector<std::string> result;
  for (const auto& line : core::split(output.text, '\n')) {
    const auto end = line.find("] ");
    if (!line.starts_with('[') || end == std::string::npos) continue;
    const auto text = line.substr(end + 2);
    if (!text.starts_with("##[section]") && !text.starts_with("##[command]")) result.push_back(text);
  }
  return result;
}

}  // namespace mlops::test
