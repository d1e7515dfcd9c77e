#pragma once

#include <memory>
#include <mlops/core/world.hpp>
#include <mlops/runner/settings.hpp>

namespace mlops::runner {

/// A running aml-emulator; it ends with this object, and with this process.
class EmulatorProcess {
 public:
  virtual ~EmulatorProcess() = default;
  virtual const std::string& address() const = 0;
  /// The service connection that points to it.
  virtual const fs::path& connection_file() const = 0;
};

/// Starts the executable with its data in the folder, and further workspaces, and waits until it is ready. Throws
/// core::Error "emulator-missing" or, with what it said, "emulator-failed".
std::unique_ptr<EmulatorProcess> start_emulator(const fs::path& executable, const fs::path& folder,
                                                const std::vector<std::string>& workspaces,
                                                const core::Cancellation& cancellation);

/// The aml-emulator beside this program, or that on PATH. Throws core::Error "emulator-missing".
fs::path find_emulator(const fs::path& program_folder);

}  // namespace mlops::runner
