#pragma once

#include <chrono>
#include <map>
#include <mlops/emulator/store/store.hpp>
#include <string>

namespace mlops::emulator {

struct JobInput {
  std::string type = "literal";  ///< or uri_file, uri_folder, mltable, custom_model, mlflow_model, triton_model
  std::string value = {};        ///< the text of a literal, the address of anything else

  bool is_literal() const { return type == "literal"; }
};

struct JobOutput {
  std::string type = "uri_folder";
  std::string uri = {};            ///< where the job's author wants it; empty for the usual place
  std::string asset_name = {};     ///< register the output under this name when the job has succeeded
  std::string asset_version = {};  ///< empty: the next number
};

using JobInputs = std::map<std::string, JobInput>;
using JobOutputs = std::map<std::string, JobOutput>;

/// What a command job runs, be it a job of its own or a step of a pipeline.
struct CommandSpec {
  std::string command;
  std::string code;         ///< a code version's id; may be empty
  std::string environment;  ///< an environment version's id; may be empty
  std::map<std::string, std::string> variables = {};
  JobInputs inputs = {};
  JobOutputs outputs = {};
  std::chrono::seconds timeout{0};  ///< 0: none
};

/// Inputs and outputs as Resource Manager has them: {"uri" or "value", "jobInputType"} and, in the steps of a pipeline,
/// with job_input_type instead. Plain values are literals.
JobInputs parse_inputs(const json::object* inputs);
JobOutputs parse_outputs(const json::object* outputs);

/// The specification of a job of type Command. Throws core::Error "job-invalid".
CommandSpec parse_command_job(const json::object& properties);

/// The limit in {"limits": {"timeout": "PT1H"}}, also a number of seconds as components have it; 0 when there is none.
/// Throws core::Error "job-invalid".
std::chrono::seconds timeout_of(const json::object& properties);

/// A scalar as a text that stands in a command: texts as they are, others as JSON.
std::string literal_text(const json::value& value);

}  // namespace mlops::emulator
