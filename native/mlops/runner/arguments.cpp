#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/core/usage_error.hpp>
#include <mlops/runner/arguments.hpp>
#include <thread>

namespace mlops::runner {

namespace {

constexpr const char* k_about =
    "Runs an Azure Pipelines file on this machine: templates, stages, jobs, conditions, variables, artifacts, "
    "approvals\n"
    "and tasks act as in the service.";

constexpr const char* k_more = R"(
Examples:
  pipeline-run --emulator --approve all                   with a local Azure ML, every approval given
  pipeline-run --dry-run --parameter 'list=[a, b]'        what would run
  pipeline-run --from .pipeline-run/3 --stage Deploy      one stage of an earlier run again
  pipeline-run --stage Test --watch                       that stage after each change

A run leaves a folder: run.json, logs/, artifacts/, summaries/, attachments/ and summary.html.

Variable groups, --variables-file NAME=FILE: a YAML mapping of names to values, or to {value: x, isSecret: true}.
Connections, --connection NAME=FILE: KEY=value lines such as ENDPOINT_URL_<GUID>=https://..., as the agent sets them.
Environments, --environments FILE: environments: {prd: {approval: {instructions: Look at the gate's verdict}}}.

Exit code: 0 succeeded (also with issues), 1 failed, 2 wrong arguments or a pipeline that can't run, 130 canceled.)";

struct Group {
  const char* title;
  std::vector<const char*> options;
};

/// The parts of the help; what is in none of them says how steps run.
const std::vector<Group> k_groups{
    {"What runs", {"--stage", "--job", "--from", "--skip-task", "--watch", "--expand", "--dry-run"}},
    {"What the pipeline needs",
     {"--parameter", "--variable", "--variables-file", "--repository", "--pipeline", "--tasks", "--connection",
      "--emulator", "--workspace", "--environments"}},
    {"Approvals", {"--approve", "--reject"}}};

core::Error invalid(const std::string& option, const std::string& value, const std::string& wanted) {
  return {
      "argument-invalid", fmt::format("{} \"{}\" is not {}.", option, value, wanted), {}, "See pipeline-run --help."};
}

template <typename Value>
std::map<std::string, Value> pairs(const std::string& option, const std::vector<std::string>& items) {
  std::map<std::string, Value> result;
  for (const auto& item : items) {
    const auto equals = item.find('=');
    if (equals == std::string::npos || equals == 0) throw invalid(option, item, "of the form NAME=VALUE");
    if (core::find_invalid_utf8(item) != std::string::npos)
      throw invalid(option, item.substr(0, equals), "given in UTF-8");
    result.insert_or_assign(item.substr(0, equals), Value(item.substr(equals + 1)));
  }
  return result;
}

std::set<std::string> set_of(const std::vector<std::string>& items) {
  return {items.begin(), items.end()};
}

/// Texts as they stand on the command line, before they are taken apart.
struct Raw {
  std::string pipeline = "azure-pipelines.yml";
  std::vector<std::string> parameters, variables, groups, repositories, pipelines, connections;
  std::vector<std::string> tasks, approve, reject, stages, jobs, skipped;
  std::string sources, environments, from, output, node;
};

void add_options(CLI::App& app, Raw& raw, Settings& settings) {
  const auto list = [&](const char* name, std::vector<std::string>& target, const char* help, const char* type) {
    app.add_option(name, target, help)
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false)
        ->type_name(type)
        ->delimiter('\0');
  };
  app.add_option("pipeline", raw.pipeline, "The pipeline's file")->type_name("FILE")->capture_default_str();
  list("--parameter", raw.parameters, "A parameter of the pipeline; structured ones as YAML. May be repeated",
       "NAME=VALUE");
  list("--variable", raw.variables, "A variable of the run. May be repeated", "NAME=VALUE");
  list("--variables-file", raw.groups, "A variable group. May be repeated", "GROUP=FILE");
  list("--repository", raw.repositories, "The folder of a repository resource. May be repeated", "ALIAS=FOLDER");
  list("--pipeline", raw.pipelines, "The run folder of a pipeline resource. May be repeated", "ALIAS=FOLDER");
  list("--tasks", raw.tasks, "A task's folder, or a folder of such folders. May be repeated", "FOLDER");
  app.add_option("--node", raw.node, "The Node that starts tasks; default: that of PATH")->type_name("FILE");
  list("--connection", raw.connections, "A service connection. May be repeated", "NAME=FILE");
  app.add_flag("--emulator", settings.emulator,
               "Start aml-emulator for the run; connections that are not given point to it. Its data stay in "
               ".pipeline-run/emulator");
  list("--workspace", settings.workspaces,
       "A workspace of --emulator beside rg-mlops/mlops-dev and rg-mlops/mlops-prd. May be repeated", "GROUP/NAME");
  app.add_option("--environments", raw.environments, "Which environments need an approval")->type_name("FILE");
  list("--approve", raw.approve, "Approve that environment or validation, or all", "NAME");
  list("--reject", raw.reject, "Reject that environment or validation, or all", "NAME");
  list("--stage", raw.stages, "Run that stage alone. May be repeated", "NAME");
  list("--job", raw.jobs, "Run that job alone. May be repeated", "NAME");
  app.add_option("--from", raw.from, "Continue the run in that folder: its outputs and artifacts are there")
      ->type_name("FOLDER");
  list("--skip-task", raw.skipped, "Leave out the steps of that task. May be repeated", "NAME");
  app.add_option("--sources", raw.sources, "The repository; default: the git working tree that holds the pipeline")
      ->type_name("FOLDER");
  app.add_flag("--in-place", settings.in_place, "Steps work in the repository's own folder, not in a copy of it");
  app.add_option("--output", raw.output, "The run folder; default: .pipeline-run/NUMBER in the repository")
      ->type_name("FOLDER");
  app.add_option("--build-id", settings.build_id, "Build.BuildId; default: the seconds since 1970")->type_name("N");
  app.add_option("--jobs", settings.parallel_jobs, "Jobs at a time")->check(CLI::Range(1, 256))->capture_default_str();
  app.add_flag("--expand", settings.expand_only, "Print the expanded pipeline and run nothing");
  app.add_flag("--dry-run", settings.dry_run, "Print what would run and run nothing");
  app.add_flag("--watch", settings.watch, "Stay, and start again after each change of the sources and templates");
  app.add_option("--view", settings.view, "tree: redrawn in place; plain: line by line. Default: tree on a terminal")
      ->type_name("tree|plain")
      ->transform(CLI::CheckedTransformer(std::map<std::string, View>{{"tree", View::tree}, {"plain", View::plain}})
                      .description(""));
  for (const auto& group : k_groups) {
    for (const auto* name : group.options) app.get_option(name)->group(group.title);
  }
}

}  // namespace

std::optional<Settings> parse_arguments(int argc, const char* const* argv, int& exit_code) {
  Settings settings;
  settings.parallel_jobs = std::max(1U, std::thread::hardware_concurrency());
  Raw raw;
  CLI::App app(k_about, "pipeline-run");
  app.set_version_flag("--version", MLOPS_VERSION);
  app.footer(k_more);
  app.failure_message(&core::usage_error);
  add_options(app, raw, settings);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  settings.pipeline = raw.pipeline;
  settings.parameters = pairs<std::string>("--parameter", raw.parameters);
  settings.variables = pairs<std::string>("--variable", raw.variables);
  settings.variable_groups = pairs<fs::path>("--variables-file", raw.groups);
  settings.repositories = pairs<fs::path>("--repository", raw.repositories);
  settings.pipelines = pairs<fs::path>("--pipeline", raw.pipelines);
  settings.connections = pairs<fs::path>("--connection", raw.connections);
  settings.task_folders.assign(raw.tasks.begin(), raw.tasks.end());
  settings.approve = set_of(raw.approve);
  settings.reject = set_of(raw.reject);
  settings.stages = set_of(raw.stages);
  settings.jobs = set_of(raw.jobs);
  settings.skipped_tasks = set_of(raw.skipped);
  if (!raw.sources.empty()) settings.sources = raw.sources;
  if (!raw.environments.empty()) settings.environments = raw.environments;
  if (!raw.from.empty()) settings.from = raw.from;
  if (!raw.output.empty()) settings.output = raw.output;
  if (!raw.node.empty()) settings.node = fs::absolute(raw.node).lexically_normal().string();
  const auto& id = settings.build_id;
  if (id.size() > 9 || id.find_first_not_of("0123456789") != std::string::npos) {
    throw invalid("--build-id", id, "a number of at most nine digits");
  }
  if (settings.watch && settings.output) {
    throw core::Error("argument-invalid", "--watch makes a new run folder for each run.", {}, "Leave out --output.");
  }
  return settings;
}

}  // namespace mlops::runner
