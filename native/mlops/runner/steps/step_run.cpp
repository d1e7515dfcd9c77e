#include <fmt/format.h>

#include <array>
#include <mlops/core/hash.hpp>
#include <mlops/runner/steps/step_run.hpp>

namespace mlops::runner {

namespace {

// Of this process's own environment, a step sees what finds programs, people and networks, and nothing that could make
// a run depend on the shell it was started from, such as credentials of a cloud.
constexpr std::array<std::string_view, 40> k_inherited{"PATH",
                                                       "HOME",
                                                       "USER",
                                                       "LOGNAME",
                                                       "SHELL",
                                                       "LANG",
                                                       "LANGUAGE",
                                                       "TZ",
                                                       "TMPDIR",
                                                       "TERM",
                                                       "HTTP_PROXY",
                                                       "HTTPS_PROXY",
                                                       "NO_PROXY",
                                                       "http_proxy",
                                                       "https_proxy",
                                                       "no_proxy",
                                                       "SSL_CERT_FILE",
                                                       "SSL_CERT_DIR",
                                                       "REQUESTS_CA_BUNDLE",
                                                       "CURL_CA_BUNDLE",
                                                       "NODE_EXTRA_CA_CERTS",
                                                       "JAVA_HOME",
                                                       "DOTNET_ROOT",
                                                       "GOPATH",
                                                       "GOROOT",
                                                       "CARGO_HOME",
                                                       "RUSTUP_HOME",
                                                       "NVM_DIR",
                                                       "PYENV_ROOT",
                                                       "PYENV_VERSION",
                                                       "CONDA_PREFIX",
                                                       "VIRTUAL_ENV",
                                                       "LD_LIBRARY_PATH",
                                                       "ASAN_OPTIONS",
                                                       "UBSAN_OPTIONS",
                                                       "LSAN_OPTIONS",
                                                       "DOCKER_HOST",
                                                       "XDG_CACHE_HOME",
                                                       "XDG_CONFIG_HOME",
                                                       "XDG_RUNTIME_DIR"};

void inherit(std::map<std::string, std::string>& environment, const core::Environment& own) {
  for (const auto name : k_inherited) {
    if (auto value = own.get(std::string(name))) environment.emplace(name, std::move(*value));
  }
  for (const auto& [name, value] : own.all()) {
    if (name.starts_with("LC_") || name.starts_with("PIP_")) environment.emplace(name, value);
  }
}

}  // namespace

std::string StepRun::input(std::string_view name, std::string fallback) const {
  auto value = find_value(inputs, name);
  return value && !value->empty() ? std::move(*value) : std::move(fallback);
}

bool StepRun::flag(std::string_view name, bool fallback) const {
  const auto value = input(name);
  return value.empty() ? fallback : core::equals_ignoring_case(core::trim(value), "true");
}

std::string StepRun::required(std::string_view name) const {
  auto value = input(name);
  if (value.empty()) {
    throw error("input-missing", fmt::format("the task {} needs the input \"{}\".", step.task, name),
                "Add it below inputs:.");
  }
  return value;
}

fs::path StepRun::path(const std::string& text) const {
  if (text.empty()) return job.default_folder();
  const fs::path given(text);
  return (given.is_absolute() ? given : job.default_folder() / given).lexically_normal();
}

std::vector<std::string> StepRun::patterns(std::string_view name) const {
  return core::list_items(input(name));
}

std::map<std::string, std::string> step_environment(const StepRun& run) {
  std::map<std::string, std::string> environment;
  inherit(environment, run.job.run.services.environment);
  for (const auto& variable : run.job.variables.all()) {
    // A variable may not replace what finds programs; the agent lets it, and a later step then finds none.
    if (!variable.secret) environment.insert_or_assign(environment_name(variable.name), variable.value);
  }
  std::string path = core::join(run.job.path, ":");
  if (!path.empty()) environment["PATH"] = path + ":" + environment["PATH"];
  for (const auto& [name, value] : run.step.environment)
    environment.insert_or_assign(name, run.job.variables.expand(value));
  return environment;
}

Result run_process(StepRun& run, const ProcessOptions& options) {
  ChildSettings settings{.command = options.command,
                         .environment = options.environment,
                         .folder = options.folder,
                         .signal_group = options.signal_group};
  if (const auto text = run.job.variables.get("PROCESS_SIGINT_TIMEOUT"); !text.empty()) {
    settings.interrupt_time = core::Milliseconds(std::stol(text));
  }
  if (const auto text = run.job.variables.get("PROCESS_SIGTERM_TIMEOUT"); !text.empty()) {
    settings.terminate_time = core::Milliseconds(std::stol(text));
  }
  bool error_output = false;
  ChildEvents events{.on_line = [&](std::string_view line) { run.commands.line(line); }, .stop = run.stop};
  if (options.fail_on_error_output) {
    events.on_error_line = [&](std::string_view line) {
      error_output = true;
      run.commands.issue("error", std::string(line));
    };
  }
  const auto end = run.job.run.services.children.run(settings, events);
  if (end.group != 0) run.job.groups.push_back(end.group);
  if (end.output_open) {
    run.log.line("The process ended, but what it started keeps its output open; the step ends without that output.");
  }
  if (end.stopped) return Result::Canceled;
  if (end.exit_code != 0) {
    run.commands.issue("error", fmt::format("{} exited with code '{}'.",
                                            fs::path(options.command.front()).filename().string(), end.exit_code));
    return Result::Failed;
  }
  return error_output ? Result::Failed : Result::Succeeded;
}

fs::path write_script(const StepRun& run, const std::string& extension, const std::string& content) {
  const auto file = run.job.temp / (core::random_uuid() + extension);
  std::ofstream stream(file);
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  stream << content;
  stream.close();
  if (!stream) throw run.error("file-unwritable", fmt::format("can't write \"{}\".", file.string()));
  return file;
}

}  // namespace mlops::runner
