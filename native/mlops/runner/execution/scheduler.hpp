#pragma once

#include <condition_variable>
#include <mlops/runner/execution/job_state.hpp>
#include <mlops/runner/plan/conditions.hpp>
#include <mlops/runner/plan/graph.hpp>
#include <thread>

namespace mlops::runner {

/// Runs the stages and jobs of a pipeline in the order their dependencies allow, at most `--jobs` at a time.
class Scheduler {
 public:
  /// `earlier` holds the stages of an earlier run that this one continues; it may be empty.
  Scheduler(RunContext& run, const std::vector<StageRecord>& earlier);
  ~Scheduler();

  /// Runs to the end; the records are in the context afterwards.
  Result run();

 private:
  enum class State { waiting, approving, running, done };

  struct JobNode {
    const Job* job = nullptr;
    GraphNode graph;
    State state = State::waiting;
    bool selected = true;
    bool began_after_stop = false;       ///< its condition held for a canceled run
    bool ending = false;                 ///< the success or failure hook of a deployment runs
    std::vector<JobInstance> instances;  ///< those that have not started
    std::size_t running = 0;
    std::size_t most_parallel = 0;
    int attempt = 1;
    boost::json::object contexts;
    Result result = Result::Skipped;
    Outputs outputs;
  };

  struct StageNode {
    const Stage* stage = nullptr;
    GraphNode graph;
    State state = State::waiting;
    bool selected = true;
    bool began_after_stop = false;  ///< its condition holds for a canceled run: that counts as none for its jobs
    std::vector<JobNode> jobs;
    StageRecord record;
  };

  bool advance();
  bool advance_stage(StageNode& stage);
  bool advance_job(StageNode& stage, JobNode& job);
  bool start_instances(StageNode& stage, JobNode& job);
  void begin_stage(StageNode& stage);
  void ask_approvals(StageNode& stage, const std::vector<std::string>& environments);
  void begin_job(StageNode& stage, JobNode& job);
  void finish_instance(StageNode& stage, JobNode& job, const JobInstance& instance, JobRecord record,
                       const Outputs& outputs);
  void end_job(StageNode& stage, JobNode& job);
  void end_stage(StageNode& stage);
  Decision decide(const std::string& environment);
  void fail_stage(StageNode& stage, const std::string& why);

  void select(const std::vector<StageRecord>& earlier);
  void take_over(StageNode& stage, const StageRecord& earlier);
  Status stage_status(const StageNode& stage) const;
  Status job_status(const StageNode& stage, const JobNode& job) const;
  boost::json::object stage_contexts(const StageNode& stage) const;
  boost::json::object job_contexts(const StageNode& stage, const JobNode& job) const;
  bool holds(const std::string& condition, const Origin& origin, const Status& status, boost::json::object contexts,
             std::vector<const std::vector<VariableEntry>*> levels);
  std::string label_of(const StageNode& stage, const JobInstance& instance) const;

  void tell(const StageNode& stage, Phase phase);
  void tell(const StageNode& stage, const JobNode& job, Phase phase);

  void say(const std::string& text) { m_run.console.lines("", text); }

  RunContext& m_run;
  std::vector<StageNode> m_stages;
  std::vector<std::thread> m_threads;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::size_t m_busy = 0;       ///< slots in use
  std::size_t m_under_way = 0;  ///< threads that will report
};

/// Jobs and outputs as expressions see them: {"result": ..., "outputs": {...}}.
boost::json::object job_context(Result result, const Outputs& outputs);

}  // namespace mlops::runner
