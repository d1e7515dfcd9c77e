#pragma once

#include <exception>
#include <functional>
#include <mlops/emulator/context.hpp>
#include <mlops/emulator/mlflow/runs.hpp>
#include <mlops/emulator/server/router.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

/// Ends an MLflow handler: {"error_code": ..., "message": ...}. The status follows from the code.
class MlflowError : public std::exception {
 public:
  MlflowError(std::string code, std::string message) : m_code(std::move(code)), m_message(std::move(message)) {}

  const std::string& code() const { return m_code; }

  const std::string& message() const { return m_message; }

  const char* what() const noexcept override { return m_message.c_str(); }

  int status() const;

 private:
  std::string m_code;
  std::string m_message;
};

/// One call of MLflow's API: its arguments come from the query of a GET or the body of anything else.
struct MlflowCall {
  Context& context;
  Runs& runs;
  const Request& request;
  Workspace workspace;
  json::object arguments;

  /// Empty when it is missing.
  std::string text(std::string_view name) const;
  /// Throws INVALID_PARAMETER_VALUE when it is missing.
  std::string required(std::string_view name) const;
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  /// Elements of a list (or of a query parameter that stands several times).
  std::vector<std::string> texts(std::string_view name) const;
  const json::array* list(std::string_view name) const;
  /// The run that run_id (or run_uuid, its old name) names. Throws RESOURCE_DOES_NOT_EXIST.
  Run run() const;
};

using MlflowHandler = std::function<json::value(const MlflowCall&)>;

/// Adds routes below .../api/2.0/mlflow in both versions of the tracking address.
class MlflowRoutes {
 public:
  MlflowRoutes(Router& router, Context& context, std::shared_ptr<Runs> runs)
      : m_router(router), m_context(context), m_runs(std::move(runs)) {}

  void add(const std::string& name, const std::string& method, const std::string& path, MlflowHandler handler);

 private:
  Router& m_router;
  Context& m_context;
  std::shared_ptr<Runs> m_runs;
};

/// The bases "/mlflow/v1.0" and "/mlflow/v2.0" with the workspace behind.
std::vector<std::string> mlflow_bases();

json::object to_json(const Context& context, const Workspace& workspace, const Experiment& experiment);
json::object to_json(const Metric& metric);
json::object info_of(const Workspace& workspace, const Run& run);
json::object to_json(const Workspace& workspace, const Run& run);
/// [{"key", "value"}, ...]
json::array pairs_of(const std::map<std::string, std::string>& texts);
std::map<std::string, std::string> texts_of(const json::array* pairs);
/// A metric out of {"key", "value", "timestamp", "step"}; values that are not finite come as text.
Metric metric_of(const json::object& object);

/// Where the artifacts of a run are: "mlflow-artifacts:/ExperimentRun/dcid.<run>", served by the artifact proxy.
std::string artifact_uri(const std::string& run);

/// Tags that hold JSON lists of what a run used and made; clients see them as the run's inputs and outputs.
inline constexpr const char* k_inputs_tag = "mlflow.loggedInputs";
inline constexpr const char* k_outputs_tag = "mlflow.loggedOutputs";

/// The kind under which the store has MLflow 3's logged models.
inline constexpr const char* k_logged_models = "loggedModels";

/// Items from a page token (an offset) on, and the next token when there are more.
template <typename Item>
std::pair<std::vector<Item>, std::string> page(std::vector<Item> items, const std::string& token, std::size_t most) {
  std::size_t first = 0;
  for (const char digit : token) {
    if (digit < '0' || digit > '9') throw MlflowError("INVALID_PARAMETER_VALUE", "Invalid page token '" + token + "'.");
    first = first * 10 + static_cast<std::size_t>(digit - '0');
  }
  first = std::min(first, items.size());
  const std::size_t last = std::min(first + most, items.size());
  std::string next = last < items.size() ? std::to_string(last) : std::string();
  return {std::vector<Item>(items.begin() + static_cast<std::ptrdiff_t>(first),
                            items.begin() + static_cast<std::ptrdiff_t>(last)),
          std::move(next)};
}

// The parts, one file each.
void add_experiment_routes(MlflowRoutes& routes);
void add_run_routes(MlflowRoutes& routes);
void add_run_search_routes(MlflowRoutes& routes);
void add_registry_routes(MlflowRoutes& routes);
void add_logged_model_routes(MlflowRoutes& routes);
void add_artifact_routes(Router& router, Context& context, MlflowRoutes& routes);

}  // namespace mlops::emulator
