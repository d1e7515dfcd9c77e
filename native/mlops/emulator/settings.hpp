#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace mlops::emulator {

/// The command line. `aml-emulator --help` has the meaning of each.
struct Settings {
  std::filesystem::path data;  ///< absolute
  unsigned short port = 0;
  bool tls = false;
  std::vector<std::pair<std::string, std::string>> workspaces;  ///< resource group and name
  std::vector<std::pair<std::string, std::string>> registries;  ///< resource group and name
  std::string subscription;
  std::string tenant;
  std::string client_id;
  std::string python;    ///< empty: the first python3 on PATH that can make environments
  bool offline = false;  ///< environments are made from installed packages alone, pip is never asked
  std::filesystem::path connection_file;
  std::filesystem::path record_folder;  ///< empty: nothing is recorded
  std::chrono::seconds token_lifetime{3600};
  std::chrono::milliseconds operation_time{200};  ///< how long a long-running operation takes at least
  std::vector<std::string> faults;
  unsigned threads = 8;

  std::filesystem::path work_folder() const { return data / "work"; }  ///< of job and scoring processes
};

}  // namespace mlops::emulator
