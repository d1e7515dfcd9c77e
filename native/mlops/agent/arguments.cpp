#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <mlops/agent/arguments.hpp>
#include <mlops/agent/program.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>

namespace mlops::agent {

namespace {

core::Error unknown_argument(const TaskSpec& spec, const std::string& argument) {
  std::vector<std::string> flags = {"--help", "--version", "--verbose", "--task-json"};
  for (const auto& input : all_inputs(spec)) flags.push_back(flag_name(input.name));
  const std::string name = argument.substr(0, argument.find('='));
  return {"argument-unknown",
          fmt::format("unknown argument \"{}\"{}", argument, core::did_you_mean(core::nearest(name, flags))),
          {},
          fmt::format("See {} --help.", spec.executable)};
}

// CLI11 says "--job-file: 1 required TEXT missing".
core::Error mismatch(const TaskSpec& spec, const CLI::ArgumentMismatch& failure) {
  const std::string text = failure.what();
  const auto colon = text.find(':');
  const std::string sentence =
      colon == std::string::npos ? text + "." : fmt::format("the option {} needs a value.", text.substr(0, colon));
  return {"argument-invalid", sentence, {}, fmt::format("See {} --help.", spec.executable)};
}

// CLI11 keeps what each flag got; a boolean flag may stand without a value.
using Collected = std::map<std::string, std::vector<std::string>>;

void add_options(CLI::App& app, const TaskSpec& spec, Collected& collected) {
  for (const auto& input : all_inputs(spec)) {
    auto* option = app.add_option(flag_name(input.name), collected[input.name]);
    option->allow_extra_args(false);
    if (input.type == InputType::boolean) {
      option->expected(0, 1);
    } else {
      option->expected(1);
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
}

}  // namespace

Arguments parse_arguments(const TaskSpec& spec, int argc, const char* const* argv) {
  Arguments arguments;
  Collected collected;
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false;
  bool version = false;
  bool task_json = false;
  app.add_flag("--help,-h", help);
  app.add_flag("--version", version);
  app.add_flag("--task-json", task_json);
  app.add_flag("--verbose", arguments.verbose);
  add_options(app, spec, collected);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ArgumentMismatch& failure) {
    throw mismatch(spec, failure);
  } catch (const CLI::ParseError& failure) {
    throw core::Error("argument-invalid", fmt::format("{}.", failure.what()), {},
                      fmt::format("See {} --help.", spec.executable));
  }
  if (!app.remaining().empty()) throw unknown_argument(spec, app.remaining().front());
  if (help) arguments.ask = Ask::help;
  if (version) arguments.ask = Ask::version;
  if (task_json) arguments.ask = Ask::task_json;
  for (const auto& input : all_inputs(spec)) {
    if (app.count(flag_name(input.name)) == 0) continue;
    const auto& values = collected[input.name];
    const bool bare_flag = input.type == InputType::boolean && (values.empty() || values.front().empty());
    arguments.values[input.name] = bare_flag ? "true" : core::join(values, "\n");
  }
  return arguments;
}

namespace {

// The agent roots every path input at the sources folder, so that an empty one arrives as that folder itself.
bool is_empty_path(const InputSpec& input, std::string value, const core::Environment& environment) {
  if (input.type != InputType::file_path) return false;
  if (value.size() > 1 && (value.back() == '/' || value.back() == '\\')) value.pop_back();
  return value == environment.get("BUILD_SOURCESDIRECTORY") ||
         value == environment.get("SYSTEM_DEFAULTWORKINGDIRECTORY");
}

}  // namespace

void add_agent_inputs(const TaskSpec& spec, core::Environment& environment,
                      std::map<std::string, std::string>& values) {
  for (const auto& input : all_inputs(spec)) {
    std::vector<std::string> names = {input.name};
    names.insert(names.end(), input.aliases.begin(), input.aliases.end());
    for (const auto& name : names) {
      const std::string variable = "INPUT_" + environment_name(name);
      const auto value = environment.get(variable);
      if (value && !value->empty() && !is_empty_path(input, *value, environment)) values.emplace(input.name, *value);
      environment.remove(variable);
    }
  }
}

}  // namespace mlops::agent
