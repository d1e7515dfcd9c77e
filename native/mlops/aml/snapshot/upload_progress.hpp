#pragma once

#include <cstdint>
#include <mlops/agent/services.hpp>
#include <string>

namespace mlops::aml {

/// Tells how far an upload is: the agent's progress bar with each percent, a line at most every few seconds.
class UploadProgress {
 public:
  UploadProgress(agent::Services& services, std::string what);

  /// Bytes of all bytes; not to be called from two threads at once.
  void operator()(std::uint64_t done, std::uint64_t all);

 private:
  agent::Services& m_services;
  std::string m_what;
  core::SystemTime m_begin;
  core::SystemTime m_last_line;
  std::uint64_t m_first = 0;  ///< what an earlier upload had left
  bool m_started = false;
  int m_percent = 0;
};

}  // namespace mlops::aml
