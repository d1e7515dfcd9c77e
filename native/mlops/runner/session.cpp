#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/document/document.hpp>
#include <mlops/runner/evaluator.hpp>
#include <mlops/runner/execution/predefined.hpp>
#include <mlops/runner/execution/scheduler.hpp>
#include <mlops/runner/execution/step_runner.hpp>
#include <mlops/runner/expand/expand.hpp>
#include <mlops/runner/plan/describe.hpp>
#include <mlops/runner/plan/graph.hpp>
#include <mlops/runner/plan/selection.hpp>
#include <mlops/runner/report/run_json.hpp>
#include <mlops/runner/report/summary.hpp>
#include <mlops/runner/run_setup.hpp>
#include <mlops/runner/session.hpp>
#include <mlops/runner/source.hpp>
#include <mlops/runner/tasks/known.hpp>
#include <mlops/runner/view/tree_console.hpp>

namespace mlops::runner {

namespace {

constexpr int k_canceled = 130;

Expanded load(const Settings& settings, const SourceInfo& source) {
  ExpandRequest request{settings.pipeline, source.folder, settings.repositories, settings.parameters, {}};
  for (const auto& [name, value] : source_variables(settings, source)) request.variables[name] = value;
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

// As the C library chooses a locale: the first of these that is set.
bool speaks_utf8(const core::Environment& environment) {
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = environment.get(name);
    if (value && !value->empty())
      return core::to_lower(core::replace_all(*value, "-", "")).find("utf8") != std::string::npos;
  }
  return false;
}

bool wants_tree(View view) {
  if (view == View::tree && !Terminal::can_redraw()) {
    throw core::Error("no-terminal", "--view tree needs a terminal that can redraw.", {}, "Use --view plain.");
  }
  return view != View::plain && Terminal::can_redraw();
}

std::map<std::string, EnvironmentRules> environment_rules(const Settings& settings) {
  if (!settings.environments) return {};
  return read_environments(*settings.environments);
}

/// Everything one run owns, in the order of its making.
class Session {
 public:
  Session(const Settings& settings, const SourceInfo& source, World& world)
      : m_settings(settings),
        m_source(source),
        m_world(world),
        m_colors(Terminal::can_redraw() && !world.environment->get("NO_COLOR")),
        m_plain(*world.output, m_masker, m_colors) {}

  int run() {
    const auto expanded = load(m_settings, m_source);
    if (m_settings.expand_only) {
      m_world.output->write(to_yaml(expanded));
      return 0;
    }
    const auto pipeline = read_pipeline(expanded);
    check_names(pipeline, m_settings);
    check_graph(pipeline);
    check_conditions(pipeline);
    auto rules = environment_rules(m_settings);
    check_environments(pipeline, rules, m_settings.environments);
    if (m_settings.dry_run) {
      m_world.output->write(describe(pipeline, m_settings, rules));
      return 0;
    }
    return run(pipeline, std::move(rules));
  }

 private:
  // What was given wrong is told before the run has a folder.
  int run(const Pipeline& pipeline, std::map<std::string, EnvironmentRules> rules) {
    const bool as_tree = wants_tree(m_settings.view);
    Approvals approvals(m_settings, std::move(rules), question(as_tree));
    const TaskFolders tasks(m_settings.task_folders);
    check_tasks(pipeline, m_settings, tasks);
    const Connections connections(m_settings.connections, m_settings.other_connections);
    for (const auto& secret : connections.secrets()) m_masker.add(secret);
    auto groups = read_groups(m_settings, m_masker);
    const auto transport = http::curl_transport({}, m_world.signals);
    const auto evaluator = expression_evaluator();
    const auto earlier = m_settings.from ? std::optional(read_run(*m_settings.from)) : std::nullopt;

    for (const auto& entry : pipeline.variables) {
      if (!entry.group.empty()) require_group(groups, entry);
    }
    const auto folders = make_run_folder(m_settings, m_source.folder);
    ArtifactStore artifacts(folders.artifacts());
    // Runs below .pipeline-run share their counters.
    Counters counters((m_settings.output ? folders.root : folders.root.parent_path()) / "counters.json");
    if (as_tree) show_tree(pipeline);
    RunContext context{.settings = m_settings,
                       .services = {*m_world.clock, m_world.signals, m_world.signals, *m_world.environment,
                                    *m_world.processes, *m_world.children, *transport, *m_world.output},
                       .evaluator = *evaluator,
                       .pipeline = pipeline,
                       .folders = folders,
                       .source = m_source,
                       .masker = m_masker,
                       .console = m_tree ? static_cast<Console&>(*m_tree) : m_plain,
                       .approvals = approvals,
                       .artifacts = artifacts,
                       .tasks = tasks,
                       .connections = connections,
                       .counters = counters,
                       .groups = std::move(groups)};
    return execute(context, earlier);
  }

  void show_tree(const Pipeline& pipeline) {
    const TreeConsole::World world{.output = *m_world.output,
                                   .masker = m_masker,
                                   .clock = *m_world.clock,
                                   .cancellation = m_world.signals,
                                   .colors = m_colors,
                                   .unicode = speaks_utf8(*m_world.environment)};
    m_tree.emplace(pipeline, world);
  }

  Approvals::Ask question(bool as_tree) {
    if (!Terminal::can_ask()) return {};
    if (!as_tree) return terminal_question(m_world.signals);
    return [this](const std::string& text) { return m_tree->ask(text); };
  }

  int execute(RunContext& context, const std::optional<RunRecord>& earlier) {
    auto& record = context.record;
    record.started = m_world.clock->now();
    record.pipeline = m_settings.pipeline.stem().string();
    if (earlier) {
      record.build_id = earlier->build_id;
      record.build_number = earlier->build_number;
      record.tags = earlier->tags;
      copy_tree(RunFolders{*m_settings.from}.artifacts(), context.folders.artifacts(), {});
    } else {
      name_run(context);
    }
    if (!m_tree) m_plain.lines("", fmt::format("Run {} of {}", record.build_number, record.pipeline));
    record.result = Scheduler(context, earlier ? earlier->stages : std::vector<StageRecord>()).run();
    const bool canceled = m_world.signals.requested();
    if (canceled) record.result = worse(record.result, Result::Canceled);
    record.time = std::chrono::duration_cast<core::Milliseconds>(m_world.clock->now() - record.started);
    record.artifacts = context.artifacts.names();
    const auto& root = context.folders.root;
    core::write_file_atomically(root / "run.json", document::to_pretty_json(to_json(record)));
    core::write_file_atomically(root / "summary.html", m_masker.mask(summary_html(record, context.folders)));
    if (m_tree) m_tree->finish(root.string());
    m_plain.lines("", fmt::format("Run {}: {}; see {}", record.build_number, to_string(record.result), root.string()));
    return exit_code_of(record.result, canceled);
  }

  void name_run(RunContext& context) {
    auto& record = context.record;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(record.started.time_since_epoch()).count();
    record.build_id = m_settings.build_id.empty() ? std::to_string(seconds) : m_settings.build_id;
    record.build_number = record.build_id;
    // Outputs of jobs are none yet; secrets have no place in a number, nor in the file of counters.
    auto variables =
        variables_of(context, {&context.pipeline.variables},
                     {{"dependencies", boost::json::object()}, {"stageDependencies", boost::json::object()}});
    variables.expand_all();
    Variables visible;
    for (auto& variable : variables.all()) {
      if (!variable.secret) visible.provide(std::move(variable));
    }
    record.build_number =
        m_masker.mask(build_number(context.pipeline.number_format, visible, record.started, context.counters));
  }

  const Settings& m_settings;
  const SourceInfo& m_source;
  World& m_world;
  Masker m_masker;
  bool m_colors;
  PlainConsole m_plain;
  std::optional<TreeConsole> m_tree;
};

}  // namespace

SourceInfo source_of(const Settings& settings, core::Processes& processes) {
  auto source = find_source(settings.sources ? *settings.sources / "x" : settings.pipeline, processes);
  if (!settings.sources) return source;
  if (!fs::is_directory(*settings.sources)) {
    throw core::Error("folder-missing",
                      fmt::format("--sources: there is no folder \"{}\".", settings.sources->string()));
  }
  source.folder = fs::canonical(*settings.sources);
  return source;
}

int run_once(const Settings& settings, const SourceInfo& source, World& world) {
  return Session(settings, source, world).run();
}

}  // namespace mlops::runner
