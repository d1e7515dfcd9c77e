#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mlops/core/error.hpp>
#include <mlops/emulator/execution/process.hpp>
#include <mlops/emulator/execution/supervisor.hpp>

namespace mlops::emulator {

namespace {

[[noreturn]] void fail(const std::string& program, int why) {
  throw core::Error("process-start-failed", fmt::format("can't start \"{}\": {}.", program, std::strerror(why)));
}

/// A pipe whose ends close by themselves unless they are taken.
struct Pipe {
  int ends[2] = {-1, -1};

  explicit Pipe(const std::string& program) {
    if (::pipe2(ends, O_CLOEXEC) != 0) fail(program, errno);
  }

  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }

  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int take(int which) { return std::exchange(ends[which], -1); }
};

/// Null-terminated pointers to texts that live elsewhere.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

template <typename Report>
bool receive(int descriptor, Report& report) {
  ssize_t size = 0;
  do {
    size = ::read(descriptor, &report, sizeof report);
  } while (size < 0 && errno == EINTR);
  return size == sizeof report;
}

}  // namespace

std::string ExitStatus::text() const {
  if (signal != 0) return fmt::format("was ended by signal {} ({})", signal, ::strsignal(signal));
  return fmt::format("exited with status code {}", code);
}

Process::Process(const ProcessSettings& settings) {
  const std::string& program = settings.command.at(0);
  std::vector<std::string> command = settings.command;
  std::vector<std::string> environment;
  for (const auto& [name, value] : settings.environment) environment.push_back(name + '=' + value);
  const auto arguments = pointers_to(command);
  const auto variables = pointers_to(environment);
  const std::string folder = settings.folder.string();

  Pipe lifeline(program);
  Pipe report(program);
  const int log = ::open(settings.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) fail(settings.log_file.string(), errno);
  const SupervisorJob job{.arguments = arguments.data(),
                          .environment = variables.data(),
                          .folder = folder.c_str(),
                          .log = log,
                          .lifeline = lifeline.ends[0],
                          .report = report.ends[1],
                          .grace_milliseconds = static_cast<int>(settings.grace.count())};
  m_supervisor = ::fork();
  if (m_supervisor == 0) supervise(job);
  const int why = errno;
  ::close(log);
  if (m_supervisor < 0) fail(program, why);
  ::close(report.take(1));  // so that the supervisor's end is the end of the pipe
  Started started;
  const bool received = receive(report.ends[0], started);
  if (!received || started.error != 0) {
    ::waitpid(m_supervisor, nullptr, 0);
    fail(program, received ? started.error : ECHILD);
  }
  m_id = started.id;
  m_lifeline = lifeline.take(1);
  m_report = report.take(0);
}

Process::~Process() {
  terminate();
  wait();
  ::close(m_report);
}

void Process::terminate() {
  const std::lock_guard held(m_mutex);
  if (m_lifeline >= 0) ::close(std::exchange(m_lifeline, -1));
}

ExitStatus Process::wait() {
  while (true) {
    if (const auto status = wait_for(std::chrono::hours(1))) return *status;
  }
}

std::optional<ExitStatus> Process::wait_for(std::chrono::milliseconds time) {
  pollfd readable{m_report, POLLIN, 0};
  const auto end = std::chrono::steady_clock::now() + time;
  while (true) {
    {
      const std::lock_guard held(m_mutex);
      if (m_status) return m_status;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const int ready = ::poll(&readable, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return std::nullopt;
    collect();
  }
}

// Takes the supervisor's last report, once, and its remains.
void Process::collect() {
  const std::lock_guard held(m_mutex);
  if (m_status) return;
  Ended ended;
  const bool reported = receive(m_report, ended);
  ::waitpid(m_supervisor, nullptr, 0);
  if (m_lifeline >= 0) ::close(std::exchange(m_lifeline, -1));
  if (!reported) {  // the supervisor itself was killed, and its program with it
    m_status = ExitStatus{.code = 0, .signal = SIGKILL};
  } else if (WIFSIGNALED(ended.wait_status)) {
    m_status = ExitStatus{.code = 0, .signal = WTERMSIG(ended.wait_status)};
  } else {
    m_status = ExitStatus{.code = WEXITSTATUS(ended.wait_status), .signal = 0};
  }
}

}  // namespace mlops::emulator
