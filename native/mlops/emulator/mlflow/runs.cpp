#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mlops/core/hash.hpp>
#include <mlops/emulator/mlflow/runs.hpp>

namespace mlops::emulator {

namespace {

namespace json = boost::json;

// A NaN is NULL in SQLite.
constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS experiments (
  workspace TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, lifecycle TEXT NOT NULL, created INTEGER NOT NULL,
  updated INTEGER NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (workspace, id), UNIQUE (workspace, name));
CREATE TABLE IF NOT EXISTS runs (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, id TEXT NOT NULL, experiment TEXT NOT NULL,
  name TEXT NOT NULL, status TEXT NOT NULL, user TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  lifecycle TEXT NOT NULL, is_job INTEGER NOT NULL, UNIQUE (workspace, id));
CREATE TABLE IF NOT EXISTS run_metrics (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, run TEXT NOT NULL, key TEXT NOT NULL, value REAL,
  timestamp INTEGER NOT NULL, step INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS run_metrics_once ON run_metrics (workspace, run, key, step, timestamp, value);
CREATE TABLE IF NOT EXISTS run_parameters (
  workspace TEXT NOT NULL, run TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (workspace, run, key));
CREATE TABLE IF NOT EXISTS run_tags (
  workspace TEXT NOT NULL, run TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (workspace, run, key));
CREATE INDEX IF NOT EXISTS run_tags_by_value ON run_tags (workspace, key, value);
)";

constexpr const char* k_run_columns = "id, experiment, name, status, user, start, end, lifecycle, is_job";

Experiment experiment_of(const Rows& rows) {
  Experiment experiment{.id = rows.text(0),
                        .name = rows.text(1),
                        .lifecycle = rows.text(2),
                        .created = rows.integer(3),
                        .updated = rows.integer(4)};
  const json::value tags = json::parse(rows.text(5));
  for (const auto& [key, value] : tags.as_object()) experiment.tags[std::string(key)] = std::string(value.as_string());
  return experiment;
}

Run run_of(const Rows& rows) {
  return {.id = rows.text(0),
          .experiment = rows.text(1),
          .name = rows.text(2),
          .status = rows.text(3),
          .user = rows.text(4),
          .start = rows.integer(5),
          .end = rows.integer(6),
          .lifecycle = rows.text(7),
          .is_job = rows.integer(8) != 0};
}

Metric metric_of(const Rows& rows) {
  return {.key = rows.text(0),
          .value = rows.is_null(1) ? std::numeric_limits<double>::quiet_NaN() : rows.real(1),
          .timestamp = rows.integer(2),
          .step = rows.integer(3)};
}

}  // namespace

std::string Run::tag(const std::string& key) const {
  const auto found = tags.find(key);
  return found == tags.end() ? std::string() : found->second;
}

std::string iso_time(std::int64_t milliseconds) {
  if (milliseconds == 0) return {};
  return core::to_iso8601(core::SystemTime(std::chrono::milliseconds(milliseconds)), true);
}

Runs::Runs(Database& database, const core::Clock& clock) : m_database(database), m_clock(clock) {
  m_database.execute(k_schema);
}

std::int64_t Runs::now() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now().time_since_epoch()).count();
}

std::vector<Experiment> Runs::experiments(const std::string& workspace) const {
  std::vector<Experiment> experiments;
  for (auto rows = m_database.query("SELECT id, name, lifecycle, created, updated, tags FROM experiments WHERE "
                                    "workspace=? ORDER BY updated DESC, id",
                                    workspace);
       rows.next();) {
    experiments.push_back(experiment_of(rows));
  }
  return experiments;
}

std::optional<Experiment> Runs::experiment(const std::string& workspace, const std::string& id) const {
  for (auto& experiment : experiments(workspace)) {
    if (experiment.id == id) return experiment;
  }
  return std::nullopt;
}

std::optional<Experiment> Runs::experiment_named(const std::string& workspace, const std::string& name) const {
  for (auto& experiment : experiments(workspace)) {
    if (experiment.name == name) return experiment;
  }
  return std::nullopt;
}

Experiment Runs::ensure_experiment(const std::string& workspace, const std::string& name) {
  Experiment experiment;
  m_database.transaction([&] {
    const auto found = experiment_named(workspace, name);
    if (found && found->lifecycle == "active") {
      experiment = *found;
      return;
    }
    experiment = found.value_or(Experiment{.id = core::random_uuid(), .name = name, .created = now()});
    experiment.lifecycle = "active";
    experiment.updated = now();
    save(workspace, experiment);
  });
  return experiment;
}

void Runs::save(const std::string& workspace, const Experiment& experiment) {
  json::object tags;
  for (const auto& [key, value] : experiment.tags) tags[key] = value;
  m_database.run("INSERT OR REPLACE INTO experiments VALUES (?, ?, ?, ?, ?, ?, ?)", workspace, experiment.id,
                 experiment.name, experiment.lifecycle, experiment.created, experiment.updated, json::serialize(tags));
}

std::optional<Run> Runs::find(const std::string& workspace, const std::string& id) const {
  std::optional<Run> run;
  {
    Rows rows =
        m_database.query(fmt::format("SELECT {} FROM runs WHERE workspace=? AND id=?", k_run_columns), workspace, id);
    if (rows.next()) run = run_of(rows);
  }
  if (run) load_details(workspace, *run);
  return run;
}

std::vector<Run> Runs::list(const std::string& workspace, const std::vector<std::string>& experiments) const {
  std::vector<Run> runs;
  for (auto rows = m_database.query(
           fmt::format("SELECT {} FROM runs WHERE workspace=? ORDER BY sequence DESC", k_run_columns), workspace);
       rows.next();) {
    Run run = run_of(rows);
    const bool wanted =
        experiments.empty() || std::find(experiments.begin(), experiments.end(), run.experiment) != experiments.end();
    if (wanted) runs.push_back(std::move(run));
  }
  for (auto& run : runs) load_details(workspace, run);
  return runs;
}

std::vector<std::string> Runs::children(const std::string& workspace, const std::string& id) const {
  std::vector<std::string> children;
  for (auto rows = m_database.query("SELECT runs.id FROM run_tags JOIN runs ON runs.workspace=run_tags.workspace AND "
                                    "runs.id=run_tags.run WHERE run_tags.workspace=? AND key=? AND value=? ORDER BY "
                                    "runs.sequence",
                                    workspace, k_parent_run_tag, id);
       rows.next();) {
    children.push_back(rows.text(0));
  }
  return children;
}

// The newest value of a metric is the one with the highest step, then the latest time, then the highest value, as
// MLflow has it.
void Runs::load_details(const std::string& workspace, Run& run) const {
  for (auto rows = m_database.query(
           "SELECT key, value, timestamp, step FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY key ORDER BY step DESC, "
           "timestamp DESC, value DESC) AS place FROM run_metrics WHERE workspace=? AND run=?) WHERE place=1 ORDER BY "
           "key",
           workspace, run.id);
       rows.next();) {
    run.metrics.push_back(metric_of(rows));
  }
  for (auto rows =
           m_database.query("SELECT key, value FROM run_parameters WHERE workspace=? AND run=?", workspace, run.id);
       rows.next();) {
    run.parameters[rows.text(0)] = rows.text(1);
  }
  for (auto rows = m_database.query("SELECT key, value FROM run_tags WHERE workspace=? AND run=?", workspace, run.id);
       rows.next();) {
    run.tags[rows.text(0)] = rows.text(1);
  }
}

void Runs::save(const std::string& workspace, const Run& run) {
  m_database.transaction([&] {
    m_database.run(
        "INSERT INTO runs (workspace, id, experiment, name, status, user, start, end, lifecycle, is_job) VALUES "
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, id) DO UPDATE SET experiment=excluded.experiment, "
        "name=excluded.name, status=excluded.status, user=excluded.user, start=excluded.start, end=excluded.end, "
        "lifecycle=excluded.lifecycle, is_job=excluded.is_job",
        workspace, run.id, run.experiment, run.name, run.status, run.user, run.start, run.end, run.lifecycle,
        run.is_job);
    for (const auto& [key, value] : run.tags) set_tag(workspace, run.id, key, value);
    set_tag(workspace, run.id, k_run_name_tag, run.name);
  });
}

void Runs::remove(const std::string& workspace, const std::string& id) {
  m_database.transaction([&] {
    m_database.run("DELETE FROM runs WHERE workspace=? AND id=?", workspace, id);
    for (const char* table : {"run_metrics", "run_parameters", "run_tags"}) {
      m_database.run(fmt::format("DELETE FROM {} WHERE workspace=? AND run=?", table), workspace, id);
    }
  });
}

void Runs::log_metric(const std::string& workspace, const std::string& run, const Metric& metric) {
  const auto value = std::isnan(metric.value) ? std::optional<double>() : metric.value;
  m_database.run(
      "INSERT OR IGNORE INTO run_metrics (workspace, run, key, value, timestamp, step) VALUES (?, ?, ?, ?, ?, ?)",
      workspace, run, metric.key, value, metric.timestamp, metric.step);
}

bool Runs::log_parameter(const std::string& workspace, const std::string& run, const std::string& key,
                         const std::string& value) {
  m_database.run("INSERT OR IGNORE INTO run_parameters VALUES (?, ?, ?, ?)", workspace, run, key, value);
  Rows rows =
      m_database.query("SELECT value FROM run_parameters WHERE workspace=? AND run=? AND key=?", workspace, run, key);
  return rows.next() && rows.text(0) == value;
}

void Runs::set_tag(const std::string& workspace, const std::string& run, const std::string& key,
                   const std::string& value) {
  m_database.run("INSERT OR REPLACE INTO run_tags VALUES (?, ?, ?, ?)", workspace, run, key, value);
}

bool Runs::remove_tag(const std::string& workspace, const std::string& run, const std::string& key) {
  return m_database.run("DELETE FROM run_tags WHERE workspace=? AND run=? AND key=?", workspace, run, key) > 0;
}

std::vector<Metric> Runs::history(const std::string& workspace, const std::string& run, const std::string& key) const {
  std::vector<Metric> metrics;
  for (auto rows =
           m_database.query("SELECT key, value, timestamp, step FROM run_metrics WHERE workspace=? AND run=? AND "
                            "key=? ORDER BY sequence",
                            workspace, run, key);
       rows.next();) {
    metrics.push_back(metric_of(rows));
  }
  return metrics;
}

}  // namespace mlops::emulator
