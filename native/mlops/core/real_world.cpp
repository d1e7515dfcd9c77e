#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <boost/process.hpp>
#include <csignal>
#include <cstdlib>
#include <mlops/core/real_world.hpp>
#include <thread>

namespace mlops::core {

namespace {

class SystemClock : public Clock {
 public:
  SystemTime now() const override { return std::chrono::system_clock::now(); }
};

class ProcessEnvironment : public Environment {
 public:
  std::optional<std::string> get(const std::string& name) const override {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  }

  std::map<std::string, std::string> all() const override {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry; ++entry) {
      const std::string_view text(*entry);
      const auto equals = text.find('=');
      if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
  }

  void remove(const std::string& name) override { ::unsetenv(name.c_str()); }
};

class SystemProcesses : public Processes {
 public:
  std::optional<ProcessResult> run(const std::vector<std::string>& command,
                                   const std::filesystem::path& folder) override {
    namespace bp = boost::process;
    const auto program = bp::search_path(command.front());
    if (program.empty()) return std::nullopt;
    bp::ipstream output;
    std::error_code failure;
    bp::child child(program, bp::args(std::vector<std::string>(command.begin() + 1, command.end())),
                    bp::start_dir(folder.string()), bp::std_out > output, bp::std_err > bp::null, bp::std_in < bp::null,
                    failure);
    if (failure) return std::nullopt;
    ProcessResult result;
    result.output.assign(std::istreambuf_iterator<char>(output), {});
    child.wait();
    result.exit_code = child.exit_code();
    return result;
  }
};

class StandardOutput : public Output {
 public:
  void write(std::string_view text) override {
    while (!text.empty()) {
      const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
};

// A signal handler may only touch these.
std::atomic<bool> g_requested{false};
int g_wake_pipe[2] = {-1, -1};

extern "C" void on_stop_signal(int) {
  g_requested.store(true);
  const char byte = 0;
  [[maybe_unused]] const auto ignored = ::write(g_wake_pipe[1], &byte, 1);
}

}  // namespace

std::unique_ptr<Clock> system_clock() {
  return std::make_unique<SystemClock>();
}

std::unique_ptr<Environment> process_environment() {
  return std::make_unique<ProcessEnvironment>();
}

std::unique_ptr<Processes> system_processes() {
  return std::make_unique<SystemProcesses>();
}

std::unique_ptr<Output> standard_output() {
  return std::make_unique<StandardOutput>();
}

SignalCancellation::SignalCancellation() {
  if (::pipe2(g_wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return;

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

void SignalCancellation::sleep_through(Milliseconds time) {
  std::this_thread::sleep_for(time);
}

}  // namespace mlops::core
