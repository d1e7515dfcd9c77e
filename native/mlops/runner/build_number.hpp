#pragma once

#include <mlops/core/world.hpp>
#include <mlops/runner/settings.hpp>
#include <mlops/runner/variables/variables.hpp>
#include <mutex>

namespace mlops::runner {

/// Counters that live from run to run, in a file beside the runs: for `counter()` and `$(Rev:r)`.
class Counters {
 public:
  explicit Counters(fs::path file) : m_file(std::move(file)) {}

  /// The next number for that prefix; the seed the first time.
  long next(const std::string& prefix, long seed);
  /// The same, but one number for the whole life of this object: jobs of a run see the same counter.
  long once(const std::string& prefix, long seed);

 private:
  fs::path m_file;
  std::map<std::string, long> m_given;
  std::mutex m_mutex;
};

/// The number of a run by its format: the tokens of
/// https://learn.microsoft.com/azure/devops/pipelines/process/run-number such as `$(Date:yyyyMMdd)`, `$(Rev:r)` (a
/// counter for what stands before it), and variables. Without a format, `$(Date:yyyyMMdd).$(Rev:r)`.
std::string build_number(const std::string& format, const Variables& variables, core::SystemTime now,
                         Counters& counters);

/// A time in a format of `y`, `M`, `d`, `H`, `h`, `m` and `s`, as .NET writes it; other characters stay.
std::string format_date(const std::string& format, core::SystemTime time);

}  // namespace mlops::runner
