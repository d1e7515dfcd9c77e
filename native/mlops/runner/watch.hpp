#pragma once

#include <mlops/core/world.hpp>
#include <mlops/runner/settings.hpp>

namespace mlops::runner {

/// What files looked like at one time: when they changed and how long they were.
class Snapshot {
 public:
  /// Takes folders (those of git without what it ignores, others without the folders of runs) and single files.
  static Snapshot of(const std::vector<fs::path>& paths, core::Processes& processes);

  /// A file that appeared, went away or changed since; empty when there is none.
  std::optional<fs::path> changed_since(const Snapshot& earlier) const;

 private:
  struct State {
    fs::file_time_type time;
    std::uintmax_t size = 0;

    bool operator==(const State&) const = default;
  };

  void add(const fs::path& file);

  std::map<fs::path, State> m_files;
};

/// Waits until the paths differ from what they were and have come to rest. Empty when the user stopped it.
std::optional<fs::path> wait_for_change(const Snapshot& before, const std::vector<fs::path>& paths,
                                        core::Processes& processes, core::Sleeper& sleeper,
                                        const core::Cancellation& cancellation);

}  // namespace mlops::runner
