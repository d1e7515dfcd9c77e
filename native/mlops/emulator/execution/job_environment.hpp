#pragma once

#include <map>
#include <mlops/emulator/context.hpp>
#include <mlops/emulator/execution/job_records.hpp>
#include <mlops/emulator/execution/python_environment.hpp>
#include <string>

namespace mlops::emulator {

using Variables = std::map<std::string, std::string>;

/// What every child process gets of the emulator's own environment: the user's home and language, temporary folders,
/// proxies, and how numeric libraries and pip behave. Nothing that could hold credentials.
Variables inherited_variables(const Variables& own);

/// How this emulator makes Python environments; pip gets those variables.
PythonEnvironments::Settings python_settings(const Settings& settings, const Variables& variables);

/// Adds a virtual environment to PATH.
void activate(Variables& variables, const PythonEnvironment& environment);

/// With --tls: variables that make Python's HTTP clients trust the emulator beside the system's authorities. `folder`
/// holds the joined list.
void trust_emulator(Variables& variables, const Context& context, const std::filesystem::path& folder);

/// What Azure ML tells a job about itself and its workspace, MLflow's variables with a token among it.
void describe_job(Variables& variables, const Context& context, const JobId& job, const json::object& properties,
                  const std::string& experiment_id);

}  // namespace mlops::emulator
