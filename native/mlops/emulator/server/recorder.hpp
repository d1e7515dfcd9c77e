#pragma once

#include <atomic>
#include <filesystem>
#include <mlops/emulator/server/message.hpp>
#include <string>

namespace mlops::emulator {

/// Writes the JSON body of each PUT, PATCH and POST to a Resource Manager address as a file of its own
/// ("0007-put-job.json": method, path, apiVersion, status, body), so that it can be held against Azure's schemas.
class Recorder {
 public:
  /// An empty folder records nothing.
  explicit Recorder(std::filesystem::path folder) : m_folder(std::move(folder)) {}

  void record(const Request& request, const std::string& route, int status);

 private:
  std::filesystem::path m_folder;
  std::atomic<int> m_count = 0;
};

}  // namespace mlops::emulator
