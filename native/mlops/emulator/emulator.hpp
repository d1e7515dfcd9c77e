#pragma once

#include <memory>
#include <mlops/core/world.hpp>
#include <mlops/emulator/settings.hpp>
#include <string>

namespace mlops::emulator {

/// The whole emulator, put together: opens the data folder, listens, and serves until it is destroyed.
class Emulator {
 public:
  /// Throws core::Error: "data-folder-in-use" when another one works with the folder, "port-taken", "fault-invalid".
  /// `echo_log` copies the log to standard error.
  Emulator(Settings settings, const core::Clock& clock, bool echo_log);
  ~Emulator();
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  const Settings& settings() const;
  /// "http://127.0.0.1:PORT".
  std::string url() const;
  /// What the service connection's user signs in with.
  const std::string& client_secret() const;
  /// Blocks until SIGTERM or SIGINT.
  void wait();

 private:
  class Parts;
  std::unique_ptr<Parts> m_parts;
};

}  // namespace mlops::emulator
