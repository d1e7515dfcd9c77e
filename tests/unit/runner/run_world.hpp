#pragma once
// A pipeline given as text, run for real in a temporary folder.

#include <mlops/document/document.hpp>
#include <mlops/runner/evaluator.hpp>
#include <mlops/runner/execution/scheduler.hpp>
#include <mlops/runner/run_setup.hpp>
#include <mlops/runner/view/run_tree.hpp>
#include <mlops_test/fakes.hpp>

namespace mlops::test {

/// Answers the expressions in its table; any other has its value in the language.
class TableEvaluator : public runner::Evaluator {
 public:
  std::string text(const std::string& expression, const runner::Scope& scope, const runner::Origin&) const override;
  bool test(const std::string& expression, const runner::Scope& scope, const runner::Origin&) const override;

  std::map<std::string, std::function<std::string(const runner::Scope&)>> table;

 private:
  std::unique_ptr<runner::Evaluator> m_language = runner::expression_evaluator();
};

runner::Expanded expanded(const std::string& yaml);
runner::Pipeline pipeline(const std::string& yaml);

class RunWorld {
 public:
  RunWorld();

  /// Runs the pipeline; the record is in `record` afterwards.
  runner::Result run(const std::string& yaml);

  /// The stage, job or step of that name in the record; fails the test when there is none.
  const runner::StageRecord& stage(const std::string& name) const;
  const runner::JobRecord& job(const std::string& name) const;
  const runner::StepRecord& step(const std::string& name) const;
  /// The messages of a step's issues.
  std::vector<std::string> issues(const std::string& step) const;
  /// Lines of the console, without the labels and the sections.
  std::vector<std::string> lines() const;

  TemporaryFolder folder;
  runner::Settings settings;
  TableEvaluator evaluator;
  FakeOutput output;
  FakeTransport transport;
  FakeCancellation cancellation;
  std::map<std::string, std::vector<runner::Variable>> groups;
  std::map<std::string, runner::EnvironmentRules> environments;
  std::vector<runner::StageRecord> earlier;
  runner::Masker masker;
  runner::RunRecord record;
  std::optional<runner::RunTree> tree;  ///< what a terminal would have shown last
  std::vector<runner::Change> changes;  ///< all that it was told

 private:
  FakeClock m_clock;
  FakeSleeper m_sleeper{m_clock};
  std::unique_ptr<core::Environment> m_environment;
  std::unique_ptr<core::Processes> m_processes;
  std::unique_ptr<runner::Children> m_children;
};

}  // namespace mlops::test
