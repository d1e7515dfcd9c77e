#pragma once

#include <sys/types.h>

namespace mlops::emulator {

/// What the supervisor writes to its report pipe: first Started, then (unless that failed) Ended.
struct Started {
  int error = 0;  ///< errno of what kept the process from starting
  pid_t id = 0;
};

struct Ended {
  int wait_status = 0;  ///< as from waitpid
};

/// What the supervisor needs, prepared before the fork: after it, only async-signal-safe calls are allowed.
struct SupervisorJob {
  char* const* arguments;
  char* const* environment;
  const char* folder;
  int log;       ///< open for appending
  int lifeline;  ///< readable at its end: end the tree
  int report;
  int grace_milliseconds;
};

/// The life of the supervisor process, called in the child of a fork of a process that may have many threads. Makes
/// only async-signal-safe calls and never returns.
[[noreturn]] void supervise(const SupervisorJob& job);

}  // namespace mlops::emulator
