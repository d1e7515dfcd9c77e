#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <mlops/core/world.hpp>
#include <mlops/emulator/store/database.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

struct Experiment {
  std::string id;
  std::string name;
  std::string lifecycle = "active";  ///< or "deleted"
  std::int64_t created = 0;          ///< milliseconds since 1970
  std::int64_t updated = 0;
  std::map<std::string, std::string> tags = {};
};

struct Metric {
  std::string key;
  double value = 0;  ///< may be NaN or infinite
  std::int64_t timestamp = 0;
  std::int64_t step = 0;
};

struct Run {
  std::string id;
  std::string experiment;  ///< its id
  std::string name;
  std::string status = "RUNNING";  ///< RUNNING, SCHEDULED, FINISHED, FAILED, KILLED
  std::string user;
  std::int64_t start = 0;  ///< milliseconds since 1970; 0: not started
  std::int64_t end = 0;    ///< 0: not ended
  std::string lifecycle = "active";
  bool is_job = false;               ///< the executor alone decides its status
  std::vector<Metric> metrics = {};  ///< the newest value of each
  std::map<std::string, std::string> parameters = {};
  std::map<std::string, std::string> tags = {};

  std::string tag(const std::string& key) const;
};

/// Tag names that mean something to MLflow and to us.
inline constexpr const char* k_run_name_tag = "mlflow.runName";
inline constexpr const char* k_parent_run_tag = "mlflow.parentRunId";
inline constexpr const char* k_root_run_tag = "mlflow.rootRunId";

/// Experiments and runs of a workspace (given by its id) in the database. May be made as often as needed: all state is
/// in the database.
class Runs {
 public:
  Runs(Database& database, const core::Clock& clock);

  std::vector<Experiment> experiments(const std::string& workspace) const;
  std::optional<Experiment> experiment(const std::string& workspace, const std::string& id) const;
  std::optional<Experiment> experiment_named(const std::string& workspace, const std::string& name) const;
  /// The experiment of that name, made when there is none; a deleted one lives again.
  Experiment ensure_experiment(const std::string& workspace, const std::string& name);
  void save(const std::string& workspace, const Experiment& experiment);

  /// With metrics, parameters and tags.
  std::optional<Run> find(const std::string& workspace, const std::string& id) const;
  /// All runs of those experiments (all of them when empty), newest first.
  std::vector<Run> list(const std::string& workspace, const std::vector<std::string>& experiments) const;
  /// The ids of a run's direct children, oldest first.
  std::vector<std::string> children(const std::string& workspace, const std::string& id) const;
  /// Creates or replaces the run itself; its metrics and parameters stay, its tags are added to those there are.
  void save(const std::string& workspace, const Run& run);
  /// Forgets a run and all it logged.
  void remove(const std::string& workspace, const std::string& id);

  /// The same value at the same time and step, sent again, counts once.
  void log_metric(const std::string& workspace, const std::string& run, const Metric& metric);
  /// False when the parameter has another value already, which then stays.
  bool log_parameter(const std::string& workspace, const std::string& run, const std::string& key,
                     const std::string& value);
  void set_tag(const std::string& workspace, const std::string& run, const std::string& key, const std::string& value);
  bool remove_tag(const std::string& workspace, const std::string& run, const std::string& key);
  /// All values of a metric in the order they were logged.
  std::vector<Metric> history(const std::string& workspace, const std::string& run, const std::string& key) const;

  /// Everything the function does is kept, or nothing when it throws.
  void together(const std::function<void()>& function) { m_database.transaction(function); }

  std::int64_t now() const;

 private:
  void load_details(const std::string& workspace, Run& run) const;

  Database& m_database;
  const core::Clock& m_clock;
};

/// "2026-11-23T16:30:02.000Z" of milliseconds since 1970; empty for 0.
std::string iso_time(std::int64_t milliseconds);

}  // namespace mlops::emulator
