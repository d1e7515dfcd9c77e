#include <windows.h>

#include <atomic>
#include <mlops/core/real_world.hpp>

namespace mlops::core {

namespace {

std::atomic<bool> g_requested{false};
HANDLE g_wake_event = nullptr;  // stays set: every later sleep returns at once as well

// Runs on a thread of its own.
BOOL WINAPI on_console_event(DWORD event) {
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) return FALSE;
  g_requested.store(true);
  SetEvent(g_wake_event);
  return TRUE;
}

}  // namespace

SignalCancellation::SignalCancellation() {
  g_wake_event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  SetConsoleCtrlHandler(nullptr, FALSE);  // a parent may have told its children to ignore Ctrl-C
  SetConsoleCtrlHandler(&on_console_event, TRUE);
}

SignalCancellation::~SignalCancellation() {
  SetConsoleCtrlHandler(&on_console_event, FALSE);
  CloseHandle(g_wake_event);
}

bool SignalCancellation::requested() const {
  return g_requested.load();
}

void SignalCancellation::sleep(Milliseconds time) {
  if (g_requested.load()) return;
  WaitForSingleObject(g_wake_event, static_cast<DWORD>(time.count()));
}

}  // namespace mlops::core
