#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <mlops/core/files.hpp>
#include <mlops/core/real_world.hpp>
#include <mlops/document/document.hpp>
#include <mlops/runner/arguments.hpp>
#include <mlops/runner/evaluator.hpp>
#include <mlops/runner/execution/predefined.hpp>
#include <mlops/runner/execution/scheduler.hpp>
#include <mlops/runner/expand/expand.hpp>
#include <mlops/runner/plan/describe.hpp>
#include <mlops/runner/program.hpp>
#include <mlops/runner/report/run_json.hpp>
#include <mlops/runner/report/summary.hpp>
#include <mlops/runner/run_setup.hpp>
#include <mlops/runner/source.hpp>

namespace mlops::runner {

namespace {

constexpr int k_canceled = 130;

// Of what the service predefines, an expansion sees what is known before any job runs.
Expanded load(const Settings& settings, const SourceInfo& source) {
  ExpandRequest request{settings.pipeline, source.folder, settings.repositories, settings.parameters, {}};
  request.variables = {{"Build.Reason", "Manual"},
                       {"Build.SourceBranch", source.branch},
                       {"Build.SourceBranchName", source.branch.substr(source.branch.rfind('/') + 1)},
                       {"Build.SourceVersion", source.commit}};
  for (const auto& [name, value] : settings.variables) request.variables[name] = value;
  return expand(request);
}

std::map<std::string, std::vector<Variable>> read_groups(const Settings& settings, Masker& masker) {
  std::map<std::string, std::vector<Variable>> result;
  for (const auto& [name, file] : settings.variable_groups) {
    auto variables = read_group(file);
    for (const auto& variable : variables) {
      if (variable.secret) masker.add(variable.value);
    }
    result.emplace(core::to_lower(name), std::move(variables));
  }
  return result;
}

int exit_code_of(Result result, bool canceled) {
  if (canceled) return k_canceled;
  return is_success(result) || result == Result::Skipped ? 0 : 1;
}

/// Everything a run owns, in the order of its making.
class Session {
 public:
  explicit Session(Settings settings)
      : m_settings(std::move(settings)),
        m_colors(::isatty(STDOUT_FILENO) != 0 && !m_environment->get("NO_COLOR")),
        m_console(*m_output, m_masker, m_colors) {}

  int run() {
    auto source = find_source(m_settings.sources ? *m_settings.sources / "x" : m_settings.pipeline, *m_processes);
    if (m_settings.sources) source.folder = fs::canonical(*m_settings.sources);
    const auto expanded = load(m_settings, source);
    if (m_settings.expand_only) {
      m_output->write(to_yaml(expanded));
      return 0;
    }
    const auto pipeline = read_pipeline(expanded);
    if (m_settings.dry_run) {
      m_output->write(describe(pipeline, m_settings));
      return 0;
    }
    const auto folders = make_run_folder(m_settings, source.folder);
    complete_settings();
    Approvals approvals(m_settings,
                        m_settings.environments ? read_environments(*m_settings.environments)
                                                : std::map<std::string, EnvironmentRules>(),
                        terminal_question(m_signals));
    ArtifactStore artifacts(folders.artifacts());
    const TaskFolders tasks(m_settings.task_folders);
    const Connections connections(m_settings.connections);
    for (const auto& [name, connection] : connections.all()) {
      for (const auto& secret : secrets_of(connection)) m_masker.add(secret);
    }
    const auto transport = http::curl_transport({}, m_signals);
    const auto evaluator = expression_evaluator();
    // Runs below .pipeline-run share their counters.
    Counters counters((m_settings.output ? folders.root : folders.root.parent_path()) / "counters.json");
    RunContext context{
        .settings = m_settings,
        .services = {*m_clock, m_signals, m_signals, *m_environment, *m_processes, *m_children, *transport, *m_output},
        .evaluator = *evaluator,
        .pipeline = pipeline,
        .folders = folders,
        .source = source,
        .masker = m_masker,
        .console = m_console,
        .approvals = approvals,
        .artifacts = artifacts,
        .tasks = tasks,
        .connections = connections,
        .counters = counters,
        .groups = read_groups(m_settings, m_masker)};
    return execute(context);
  }

 private:
  void complete_settings() {
    const auto folder = program_folder();
    // A build of the source tree: the tasks' executables stand beside this one.
    if (fs::exists(folder / "config-resolve")) m_settings.binaries = folder;
    for (auto& shipped : shipped_tasks(folder)) m_settings.task_folders.push_back(std::move(shipped));
  }

  int execute(RunContext& context) {
    auto& record = context.record;
    record.started = m_clock->now();
    record.pipeline = m_settings.pipeline.stem().string();
    std::vector<StageRecord> earlier;
    if (m_settings.from) {
      const auto before = read_run(*m_settings.from);
      earlier = before.stages;
      record.build_id = before.build_id;
      record.build_number = before.build_number;
      record.tags = before.tags;
      copy_tree(RunFolders{*m_settings.from}.artifacts(), context.folders.artifacts(), {});
    } else {
      name_run(context);
    }
    m_console.lines("", fmt::format("Run {} of {}", record.build_number, record.pipeline));
    record.result = Scheduler(context, earlier).run();
    const bool canceled = m_signals.requested();
    if (canceled) record.result = worse(record.result, Result::Canceled);
    record.time = std::chrono::duration_cast<core::Milliseconds>(m_clock->now() - record.started);
    record.artifacts = context.artifacts.names();
    const auto& root = context.folders.root;
    core::write_file_atomically(root / "run.json", document::to_pretty_json(to_json(record)));
    core::write_file_atomically(root / "summary.html", m_masker.mask(summary_html(record, context.folders)));
    m_console.lines("", fmt::format("Run {}: {}; see {}", record.build_number, to_string(record.result),
                                    context.folders.root.string()));
    return exit_code_of(record.result, canceled);
  }

  void name_run(RunContext& context) {
    auto& record = context.record;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(record.started.time_since_epoch()).count();
    record.build_id = m_settings.build_id.empty() ? std::to_string(seconds) : m_settings.build_id;
    record.build_number = record.build_id;
    Variables variables;
    provide_run_variables(variables, context);
    for (const auto& entry : context.pipeline.variables) {
      if (entry.group.empty()) variables.provide({.name = entry.name, .value = entry.value});
    }
    record.build_number = build_number(context.pipeline.number_format, variables, record.started, context.counters);
  }

  Settings m_settings;
  std::unique_ptr<core::Clock> m_clock = core::system_clock();
  std::unique_ptr<core::Environment> m_environment = core::process_environment();
  std::unique_ptr<core::Processes> m_processes = core::system_processes();
  std::unique_ptr<Children> m_children = system_children();
  std::unique_ptr<core::Output> m_output = core::standard_output();
  core::SignalCancellation m_signals;
  Masker m_masker;
  bool m_colors;
  Console m_console;
};

}  // namespace

int run_program(int argc, const char* const* argv) {
  try {
    int exit_code = 0;
    auto settings = parse_arguments(argc, argv, exit_code);
    if (!settings) return exit_code;
    return Session(std::move(*settings)).run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "pipeline-run: {}\n", error.what());
    return 2;
  }
}

}  // namespace mlops::runner
