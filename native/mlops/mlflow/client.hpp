#pragma once
// mlflow: the MLflow tracking and model-registry REST API, as far as tasks need it. Knows nothing of tasks.

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <mlops/http/transport.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::mlflow {

namespace json = boost::json;

/// One value of a metric.
struct Metric {
  std::string key;
  double value = 0;
  std::int64_t timestamp = 0;  ///< milliseconds since 1970
  std::int64_t step = 0;
};

/// A run with the newest value of each metric.
struct Run {
  std::string id;
  std::string name;
  std::string experiment_id;
  std::string status;  ///< RUNNING, SCHEDULED, FINISHED, FAILED, KILLED
  std::int64_t start_time = 0;
  std::vector<Metric> metrics;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> tags;
};

/// https://mlflow.org/docs/latest/rest-api.html over a tracking address such as
/// "https://<region>.api.azureml.ms/mlflow/v1.0/subscriptions/...". All methods throw core::Error "service-error" with
/// MLflow's own error code and message.
class Client {
 public:
  /// The transport brings retries and authorization.
  Client(http::Transport& transport, std::string tracking_url);

  /// Empty when there is no such run.
  std::optional<Run> run(const std::string& run_id);
  /// All values of one metric, in the order they were logged; all pages.
  std::vector<Metric> metric_history(const std::string& run_id, const std::string& key);
  /// Runs of experiments that fulfil a filter such as "tags.mlflow.parentRunId = 'x'"; all pages up to `most`.
  std::vector<Run> search_runs(const std::vector<std::string>& experiment_ids, const std::string& filter,
                               std::size_t most = 1000);
  /// The id of an experiment, empty when there is none of that name.
  std::optional<std::string> experiment_id(const std::string& name);

  /// Sends any number of metrics, parameters and tags, in batches of the sizes that the service accepts.
  void log_batch(const std::string& run_id, const std::vector<Metric>& metrics,
                 const std::map<std::string, std::string>& parameters, const std::map<std::string, std::string>& tags);
  void set_tag(const std::string& run_id, const std::string& key, const std::string& value);

 private:
  std::optional<json::value> send(const std::string& method, const std::string& path,
                                  const std::vector<std::pair<std::string, std::string>>& query,
                                  const json::value& body, const std::string& what);

  http::Transport& m_transport;
  std::string m_base;
};

}  // namespace mlops::mlflow
