#pragma once

#include <memory>
#include <mlops/core/world.hpp>

namespace mlops::core {

std::unique_ptr<Clock> system_clock();
std::unique_ptr<Environment> process_environment();
std::unique_ptr<Processes> system_processes();
/// Standard output of this process. A reader that went away ends nothing; the text is dropped.
std::unique_ptr<Output> standard_output();

/// Catches SIGINT and SIGTERM (Ctrl-C and Ctrl-Break) for the life of the process and wakes sleepers. Make it once.
class SignalCancellation : public Cancellation, public Sleeper {
 public:
  SignalCancellation();
  ~SignalCancellation() override;
  SignalCancellation(const SignalCancellation&) = delete;
  SignalCancellation& operator=(const SignalCancellation&) = delete;

  bool requested() const override;
  void sleep(Milliseconds time) override;
  void sleep_through(Milliseconds time) override;
};

}  // namespace mlops::core
