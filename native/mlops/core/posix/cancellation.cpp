#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <mlops/core/real_world.hpp>

namespace mlops::core {

namespace {

// A signal handler may only touch these.
std::atomic<bool> g_requested{false};
int g_wake_pipe[2] = {-1, -1};

extern "C" void on_stop_signal(int) {
  g_requested.store(true);
  const char byte = 0;
  [[maybe_unused]] const auto ignored = ::write(g_wake_pipe[1], &byte, 1);
}

// macOS has no call that makes a pipe with these flags; no other thread runs yet that could start a child in between.
bool open_wake_pipe() {
  if (::pipe(g_wake_pipe) != 0) return false;
  for (const int end : g_wake_pipe) {
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
    ::fcntl(end, F_SETFL, O_NONBLOCK);
  }
  return true;
}

}  // namespace

SignalCancellation::SignalCancellation() {
  if (!open_wake_pipe()) return;

  struct sigaction action {};

  action.sa_handler = &on_stop_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

SignalCancellation::~SignalCancellation() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  ::close(g_wake_pipe[0]);
  ::close(g_wake_pipe[1]);
}

bool SignalCancellation::requested() const {
  return g_requested.load();
}

void SignalCancellation::sleep(Milliseconds time) {
  if (g_requested.load()) return;
  pollfd wake{g_wake_pipe[0], POLLIN, 0};
  // The byte is left in the pipe: every later sleep returns at once as well.
  ::poll(&wake, 1, static_cast<int>(time.count()));
}

}  // namespace mlops::core
