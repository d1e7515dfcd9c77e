#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/mlflow/runs.hpp>
#include <optional>
#include <string>

namespace mlops::emulator {

/// A run as the run history sees it: a job with its run, or a run that an MLflow client made.
struct HistoryRun {
  Workspace workspace;
  Run run;
  std::optional<Resource> job;

  /// In the words of Azure ML: NotStarted, Running, Completed, ...
  std::string status() const;
  std::string created() const;  ///< ISO 8601
};

/// Empty when there is no such run.
std::optional<HistoryRun> find_history_run(Context& context, const Runs& runs, const Workspace& workspace,
                                           const std::string& id);

/// The members that runs and their details have in common.
json::object run_json(const Context& context, const HistoryRun& run);

/// The log files of a run with addresses that can be read for some hours without a token.
json::object log_files(const Context& context, const HistoryRun& run);

/// {"error": {"code", "message"}}, or null when the run didn't fail.
json::value error_json(const HistoryRun& run);

/// Outputs of a job as {"<name>": {"assetId", "type"}}.
json::object outputs_json(const HistoryRun& run);

/// Where the output that such an asset id names is; empty when it names none of ours.
struct ResolvedOutput {
  std::string uri;
  std::string type;
};

std::optional<ResolvedOutput> resolve_asset_id(const Context& context, const Workspace& workspace,
                                               const std::string& id);

}  // namespace mlops::emulator
