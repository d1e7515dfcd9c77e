#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <mlops/emulator/execution/supervisor.hpp>

namespace mlops::emulator {

namespace {

constexpr int k_tick_milliseconds = 20;

template <typename Report>
void send(int descriptor, const Report& report) {
  [[maybe_unused]] const ssize_t written = ::write(descriptor, &report, sizeof report);
}

// Signals that the emulator ignores would stay so in the program: everything back to its default.
void reset_signals() {
  struct sigaction standard {};

  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
}

// Lets only SIGCHLD wait; returns a descriptor that is readable when one came.
int watch_children() {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &children, nullptr);
  return ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
}

void leave_standard_streams() {
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int i = 0; i < 3; ++i) ::dup2(nothing, i);
  if (nothing > 2) ::close(nothing);
}

// Every descriptor but these; a copy of the emulator's listening socket would keep its port taken.
void close_others(int a, int b, int c) {
  const long limit = ::sysconf(_SC_OPEN_MAX);
  const int highest = a > b ? (a > c ? a : c) : (b > c ? b : c);
  for (int i = 3; i < highest; ++i) {
    if (i != a && i != b && i != c) ::close(i);
  }
  const auto first = static_cast<unsigned>(highest + 1);
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
  for (long i = first; i < limit; ++i) ::close(static_cast<int>(i));
}

// In the program's own process: a process group of its own, its output in the log, then the program. The descriptor
// says why that failed; it closes when it succeeds.
[[noreturn]] void become_program(const SupervisorJob& job, int failure) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // should the supervisor itself be killed
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::chdir(job.folder) == 0 && ::dup2(job.log, 1) >= 0 && ::dup2(job.log, 2) >= 0) {
    ::execve(job.arguments[0], job.arguments, job.environment);
  }
  const int why = errno;
  send(failure, why);
  ::_exit(127);
}

void pause_for(int milliseconds) {
  const timespec time{milliseconds / 1000, static_cast<long>(milliseconds % 1000) * 1'000'000};
  ::nanosleep(&time, nullptr);
}

// Sends a signal to every process that has this one as its parent, orphaned grandchildren included. True when there
// was one.
bool signal_children(int number) {
  const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[4096];
  const ssize_t size = ::read(file, text, sizeof text);
  ::close(file);
  bool any = false;
  pid_t id = 0;
  for (ssize_t i = 0; i < size; ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      id = id * 10 + (text[i] - '0');
    } else if (id > 0) {
      any = true;
      ::kill(-id, number);  // its group, when it leads one
      ::kill(id, number);
      id = 0;
    }
  }
  return any;
}

// Reaps whatever has ended; true while there are children. The main process's status is kept.
bool reap(pid_t main, int& status, bool& main_ended) {
  while (true) {
    int one = 0;
    const pid_t id = ::waitpid(-1, &one, WNOHANG);
    if (id == 0) return true;
    if (id < 0 && errno == EINTR) continue;
    if (id < 0) return false;
    if (id == main) {
      status = one;
      main_ended = true;
    }
  }
}

// SIGTERM to all, SIGKILL after the grace, until nobody is left.
void end_tree(pid_t main, int grace_milliseconds, int& status, bool& main_ended) {
  if (!main_ended) ::kill(-main, SIGTERM);
  signal_children(SIGTERM);
  for (int waited = 0; waited < grace_milliseconds; waited += k_tick_milliseconds) {
    if (!reap(main, status, main_ended)) return;
    pause_for(k_tick_milliseconds);
  }
  while (reap(main, status, main_ended)) {
    if (!main_ended) ::kill(-main, SIGKILL);
    signal_children(SIGKILL);
    pause_for(k_tick_milliseconds);
  }
}

pid_t start_program(const SupervisorJob& job, Started& started) {
  int failure[2];
  if (::pipe2(failure, O_CLOEXEC) != 0) {
    started.error = errno;
    return -1;
  }
  const pid_t main = ::fork();
  if (main == 0) {
    ::close(job.lifeline);
    ::close(job.report);
    ::close(failure[0]);
    become_program(job, failure[1]);
  }
  if (main < 0) started.error = errno;
  ::close(failure[1]);
  int why = 0;
  if (::read(failure[0], &why, sizeof why) == sizeof why) started.error = why;
  ::close(failure[0]);
  return main;
}

}  // namespace

void supervise(const SupervisorJob& job) {
  ::setsid();
  reset_signals();
  ::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_NAME, "aml-supervisor");
  leave_standard_streams();
  close_others(job.log, job.lifeline, job.report);
  const int children = watch_children();

  Started started;
  const pid_t main = start_program(job, started);
  started.id = main;
  send(job.report, started);
  if (started.error != 0) {
    if (main > 0) ::waitpid(main, nullptr, 0);
    ::_exit(0);
  }
  ::close(job.log);

  Ended ended;
  bool main_ended = false;
  pollfd events[] = {{job.lifeline, POLLIN, 0}, {children, POLLIN, 0}};
  while (reap(main, ended.wait_status, main_ended) && !main_ended) {
    ::poll(events, 2, -1);
    if (events[0].revents != 0) break;
    signalfd_siginfo drained;
    [[maybe_unused]] const ssize_t size = ::read(children, &drained, sizeof drained);
  }
  end_tree(main, job.grace_milliseconds, ended.wait_status, main_ended);
  send(job.report, ended);
  ::_exit(0);
}

}  // namespace mlops::emulator
