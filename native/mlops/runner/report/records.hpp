#pragma once
// report: what a run leaves behind for people and for a later run that continues it.

#include <map>
#include <mlops/core/world.hpp>
#include <mlops/runner/result.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::runner {

struct Issue {
  std::string type;  ///< "error" or "warning"
  std::string message;
  std::string code;
};

struct OutputVariable {
  std::string value;
  bool secret = false;
};

/// Output variables by "step.name", as expressions name them.
using Outputs = std::map<std::string, OutputVariable>;

struct StepRecord {
  std::string name;
  std::string display_name;
  std::string task;
  Result result = Result::Succeeded;
  core::SystemTime started{};
  core::Milliseconds time{};
  int attempts = 1;
  std::string log;  ///< file, relative to the run folder
  std::vector<Issue> issues;
  std::vector<std::string> summaries;    ///< files, relative to the run folder
  std::vector<std::string> attachments;  ///< files, relative to the run folder
};

/// One run of a job's steps: an instance of its matrix, or a hook of its deployment.
struct JobRecord {
  std::string name;      ///< as in the file
  std::string instance;  ///< the matrix's or the hook's name; empty for a job that runs once
  std::string display_name;
  Result result = Result::Succeeded;
  core::SystemTime started{};
  core::Milliseconds time{};
  std::vector<Issue> issues;
  std::vector<StepRecord> steps;
};

struct StageRecord {
  std::string name;
  std::string display_name;
  Result result = Result::Succeeded;
  int attempt = 1;
  bool earlier = false;  ///< taken over from an earlier run
  std::string reason;    ///< why it did not run
  std::vector<JobRecord> jobs;
  std::map<std::string, Result> job_results;  ///< by the job's name
  std::map<std::string, Outputs> outputs;     ///< by the job's name
  std::vector<std::string> approvals;         ///< "PRD: approved (--approve)"
};

struct RunRecord {
  std::string pipeline;
  std::string build_id;
  std::string build_number;
  Result result = Result::Succeeded;
  core::SystemTime started{};
  core::Milliseconds time{};
  std::vector<std::string> tags;
  std::vector<std::string> artifacts;
  std::vector<StageRecord> stages;
};

}  // namespace mlops::runner
