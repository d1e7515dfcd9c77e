#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/assets.hpp>
#include <mlops/emulator/execution/command_job.hpp>
#include <mlops/emulator/execution/expressions.hpp>
#include <mlops/emulator/execution/output_assets.hpp>
#include <mlops/emulator/execution/process.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_error_lines = 20;
constexpr std::size_t k_error_bytes = 4000;

fs::path artifact_folder(const Context& context, const JobId& job) {
  return context.blobs.path_of(job.workspace.artifact_container(), artifact_path(job.name));
}

/// Removes a folder, read-only files included, when its life ends.
struct FolderGuard {
  fs::path folder;

  ~FolderGuard() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
};

/// One run of one command.
class CommandRun {
 public:
  CommandRun(Workshop& workshop, const JobId& job, const CommandSpec& spec, const std::stop_token& stop)
      : m_workshop(workshop),
        m_context(workshop.context),
        m_job(job),
        m_spec(spec),
        m_stop(stop),
        m_folder(m_context.settings.work_folder() / job.workspace.guid / job.name),
        m_log(std_log_file(m_context, job)),
        m_build_log(artifact_folder(m_context, job) / "azureml-logs" / "20_image_build_log.txt") {}

  JobResult run() {
    const FolderGuard guard{m_folder};
    m_workshop.records.set_status(m_job, "Preparing");
    fs::remove_all(m_folder);
    fs::create_directories(m_folder / "tmp");
    place_inputs();
    place_outputs();
    const std::string command = substitute_command(m_spec.command, lookup());
    place_code();
    const json::object environment =
        m_spec.environment.empty() ? json::object() : find_environment(m_context, m_job.workspace, m_spec.environment);
    const auto python = m_workshop.environments.prepare(
        requirements_of_environment(environment, build_context(m_context, m_job.workspace, environment)), m_log,
        m_build_log, m_stop);

    m_workshop.records.set_status(m_job, "Queued");
    const auto slot = m_workshop.slots.take(m_stop);
    if (!slot) return stopped();
    m_workshop.records.set_status(m_job, "Running");
    const JobResult result = execute(command, variables(python));
    m_workshop.records.set_status(m_job, "Finalizing");
    keep_artifacts();
    if (result.succeeded()) register_outputs(m_context, m_job, m_spec.outputs, m_outputs);
    return result;
  }

  JobResult stopped() const {
    const std::string reason = m_workshop.shutdown_reason();
    return reason.empty() ? JobResult{"Canceled", ""} : JobResult::failed(reason);
  }

 private:
  void place_inputs() {
    for (const auto& [name, input] : m_spec.inputs) {
      if (input.is_literal()) {
        m_texts["inputs." + name] = input.value;
        continue;
      }
      const auto source = m_context.uris.local_path(m_job.workspace, input.value);
      if (!source) {
        throw core::Error("input-missing", fmt::format("Input '{}' is at '{}', which is not in the emulator's storage. "
                                                       "Upload it as a data asset first.",
                                                       name, input.value));
      }
      std::error_code missing;
      if (!fs::exists(*source, missing)) {
        throw core::Error("input-missing", fmt::format("Input '{}': nothing stands at '{}'.", name, input.value));
      }
      const fs::path place = m_folder / "inputs" / name / source->filename();
      copy_tree(*source, place, true);
      m_texts["inputs." + name] = place.string();
    }
  }

  void place_outputs() {
    for (const auto& [name, output] : m_spec.outputs) {
      const std::string uri = output_uri(m_job, name, output);
      const auto place = m_context.uris.local_path(m_job.workspace, uri);
      if (!place) {
        throw core::Error("output-invalid", fmt::format("Output '{}' shall go to '{}', which is not in the emulator's "
                                                        "storage.",
                                                        name, uri));
      }
      fs::create_directories(output.type == "uri_file" ? place->parent_path() : *place);
      m_texts["outputs." + name] = place->string();
      m_outputs[name] = uri;
      m_workshop.records.set_output_uri(m_job, name, uri);
    }
  }

  void place_code() {
    fs::create_directories(working_folder());
    if (!m_spec.code.empty()) copy_code(m_context, m_job.workspace, m_spec.code, working_folder());
    for (const char* name : {"outputs", "logs"}) fs::create_directories(working_folder() / name);
  }

  Variables variables(const PythonEnvironment& python) const {
    Variables variables = m_workshop.variables;
    activate(variables, python);
    variables["TMPDIR"] = (m_folder / "tmp").string();
    trust_emulator(variables, m_context, m_folder);
    const auto resource = m_workshop.records.find(m_job);
    const auto run = m_workshop.records.runs().find(m_job.workspace.id, m_job.name);
    describe_job(variables, m_context, m_job, resource ? *resource->find_properties() : json::object(),
                 run ? run->experiment : "");
    for (const auto& [name, text] : m_texts) {
      const auto dot = name.find('.');
      variables[(name.starts_with("inputs.") ? "AZURE_ML_INPUT_" : "AZURE_ML_OUTPUT_") + name.substr(dot + 1)] = text;
    }
    for (const auto& [name, value] : m_spec.variables) {
      variables[name] = substitute(value, lookup(), fmt::format("The environment variable {}", name));
    }
    return variables;
  }

  // As the service has it: bash, without -e; the last command's status counts.
  JobResult execute(const std::string& command, Variables variables) {
    const std::uintmax_t own_lines = fs::file_size(m_log.file());
    Process process({.command = {"/bin/bash", "-c", command},
                     .environment = std::move(variables),
                     .folder = working_folder(),
                     .log_file = m_log.file()});
    m_context.log.info(fmt::format("job {} runs as process {}", m_job.name, process.id()));
    const std::stop_callback on_stop(m_stop, [&] { process.terminate(); });
    if (m_spec.timeout.count() > 0 && !process.wait_for(m_spec.timeout)) {
      process.terminate();
      process.wait();
      return JobResult::failed(
          fmt::format("Execution failed. The job ran longer than its limit of {} s (limits.timeout) "
                      "and was ended.",
                      m_spec.timeout.count()));
    }
    const ExitStatus status = process.wait();
    if (m_stop.stop_requested()) return stopped();
    if (status.succeeded()) return {};
    return JobResult::failed(
        fmt::format("Execution failed. User process '/bin/bash' {}. Please check log file '{}' for "
                    "error details. Error: {}",
                    status.text(), k_std_log, last_lines(own_lines)));
  }

  // The end of what the program wrote behind our own lines.
  std::string last_lines(std::uintmax_t own_lines) const {
    // One byte more: the line feed before, so that the first line isn't taken for a part of one.
    const std::uintmax_t written = fs::file_size(m_log.file()) - own_lines + (own_lines > 0 ? 1 : 0);
    return std::string(core::trim(m_log.tail(k_error_lines, std::min<std::uintmax_t>(written, k_error_bytes))));
  }

  void keep_artifacts() {
    for (const char* name : {"outputs", "logs"}) {
      const fs::path folder = working_folder() / name;
      std::error_code missing;
      if (!fs::is_directory(folder, missing)) continue;
      for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const fs::path target = artifact_folder(m_context, m_job) / name / fs::relative(entry.path(), folder);
        fs::create_directories(target.parent_path());
        fs::rename(entry.path(), target);
      }
    }
  }

  NameLookup lookup() const {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = m_texts.find(name);
      if (found != m_texts.end()) return found->second;
      if (name == "name") return m_job.name;
      return std::nullopt;
    };
  }

  fs::path working_folder() const { return m_folder / "wd"; }

  Workshop& m_workshop;
  Context& m_context;
  const JobId& m_job;
  const CommandSpec& m_spec;
  const std::stop_token& m_stop;
  fs::path m_folder;
  TextLog m_log;
  TextLog m_build_log;
  std::map<std::string, std::string> m_texts;    ///< what ${{inputs.x}} and ${{outputs.x}} stand for
  std::map<std::string, std::string> m_outputs;  ///< their addresses
};

}  // namespace

fs::path std_log_file(const Context& context, const JobId& job) {
  return artifact_folder(context, job) / k_std_log;
}

std::string output_uri(const JobId& job, const std::string& name, const JobOutput& output) {
  if (output.uri.empty()) return datastore_uri("workspaceblobstore", output_path(job.name, name)) + "/";
  return substitute(
      output.uri,
      [&](const std::string& variable) -> std::optional<std::string> {
        if (variable == "name") return job.name;
        if (variable == "output_name") return name;
        if (variable == "default_datastore") return "workspaceblobstore";
        return std::nullopt;
      },
      fmt::format("The path of output '{}'", name));
}

JobResult run_command(Workshop& workshop, const JobId& job, const CommandSpec& spec, const std::stop_token& stop) {
  JobResult result;
  try {
    CommandRun run(workshop, job, spec, stop);
    try {
      return run.run();
    } catch (const core::Cancelled&) {
      return run.stopped();
    }
  } catch (const core::Error& error) {
    result = JobResult::failed(error.what());
  } catch (const ServiceError& error) {
    result = JobResult::failed(error.message());
  } catch (const std::exception& error) {
    result = JobResult::failed(fmt::format("aml-emulator can't run the job: {}", error.what()));
  }
  try {
    TextLog(std_log_file(workshop.context, job)).say(result.message);
  } catch (const std::exception&) {  // the disk may be what is wrong
  }
  return result;
}

}  // namespace mlops::emulator
