#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>

#include <array>
#include <boost/asio.hpp>
#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <mlops/core/error.hpp>
#include <mlops/runner/process/child_process.hpp>
#include <optional>

namespace mlops::runner {

namespace {

namespace bp = boost::process;
namespace asio = boost::asio;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds k_tick{200};
// How long output is awaited after the end of the process: what it started in the background may hold it open forever.
constexpr std::chrono::seconds k_output_grace{2};

std::filesystem::path program_of(const std::string& name, const std::map<std::string, std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  const auto path = environment.find("PATH");
  std::vector<boost::process::filesystem::path> folders;
  if (path == environment.end()) {
    folders = ::boost::this_process::path();
  } else {
    std::string_view rest = path->second;
    while (!rest.empty()) {
      const auto colon = rest.find(':');
      folders.emplace_back(std::string(rest.substr(0, colon)));
      rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    }
  }
  const auto found = bp::search_path(name, folders);
  if (!found.empty()) return found.string();
  throw core::Error("process-start-failed", fmt::format("the program \"{}\" was not found on PATH.", name), {},
                    "Install it, or add its folder to PATH.");
}

/// One of the output streams of a process.
class Stream {
 public:
  Stream(asio::io_context& context, LineHandler on_line) : m_pipe(context), m_lines(std::move(on_line)) {}

  bp::async_pipe& pipe() { return m_pipe; }

  bool ended() const { return m_ended; }

  void read(const std::function<void()>& on_end) {
    m_pipe.async_read_some(asio::buffer(m_buffer), [this, on_end](const auto& error, std::size_t size) {
      if (size > 0) m_lines.feed({m_buffer.data(), size});
      if (!error) return read(on_end);
      m_ended = true;
      on_end();
    });
  }

  void close() {
    boost::system::error_code ignored;
    m_pipe.close(ignored);
  }

  void finish() { m_lines.finish(); }

 private:
  bp::async_pipe m_pipe;
  LineSplitter m_lines;
  std::array<char, 16384> m_buffer{};
  bool m_ended = false;
};

/// One run: the process, its output, and the signals that are due.
class Run {
 public:
  Run(const ChildSettings& settings, const ChildEvents& events)
      : m_settings(settings), m_stop(events.stop), m_output(m_context, events.on_line), m_timer(m_context) {
    if (events.on_error_line) m_errors.emplace(m_context, events.on_error_line);
    start();
    m_group_id = m_group.native_handle();
  }

  ChildEnd finish() {
    for (auto* stream : streams()) stream->read([this] { check_end(); });
    tick();
    m_context.run();
    for (auto* stream : streams()) stream->finish();
    return m_end;
  }

 private:
  void start() {
    bp::environment environment;
    environment.clear();
    for (const auto& [name, value] : m_settings.environment) environment[name] = value;
    const auto exe = program_of(m_settings.command.front(), m_settings.environment).string();
    const std::vector<std::string> arguments(m_settings.command.begin() + 1, m_settings.command.end());
    const auto folder = m_settings.folder.string();
    // A runner that is killed takes its steps with it: a task then ends what it has begun.
    const auto end_with_us = bp::extend::on_exec_setup([](auto&) { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
    std::error_code failure;
    if (m_errors) {
      m_child = bp::child(bp::exe = exe, bp::args = arguments, environment, bp::start_dir(folder),
                          bp::std_out > m_output.pipe(), bp::std_err > m_errors->pipe(), bp::std_in < bp::null, m_group,
                          end_with_us, failure);
    } else {
      m_child = bp::child(bp::exe = exe, bp::args = arguments, environment, bp::start_dir(folder),
                          (bp::std_out & bp::std_err) > m_output.pipe(), bp::std_in < bp::null, m_group, end_with_us,
                          failure);
    }
    if (failure) {
      throw core::Error("process-start-failed",
                        fmt::format("can't start \"{}\": {}.", m_settings.command.front(), failure.message()));
    }
  }

  std::vector<Stream*> streams() {
    std::vector<Stream*> result{&m_output};
    if (m_errors) result.push_back(&*m_errors);
    return result;
  }

  bool output_ended() const { return m_output.ended() && (!m_errors || m_errors->ended()); }

  void tick() {
    m_timer.expires_after(m_next_tick);
    m_next_tick = std::min(m_next_tick * 2, k_tick);
    m_timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      check_end();
      if (m_done) return;
      signal_when_due();
      tick();
    });
  }

  void check_end() {
    if (m_done) return;
    if (!m_end_time) {
      std::error_code ignored;
      if (m_child.running(ignored)) return;
      const int status = m_child.native_exit_code();
      m_end.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      m_end_time = std::chrono::steady_clock::now();
    }
    const bool waited = std::chrono::steady_clock::now() - *m_end_time > k_output_grace;
    if (!output_ended() && !waited) return;
    m_end.output_open = !output_ended();
    m_end.group = ::kill(-m_group_id, 0) == 0 ? m_group_id : 0;
    m_done = true;
    m_timer.cancel();
    for (auto* stream : streams()) stream->close();
    m_child.detach();
    m_group.detach();
  }

  void signal_when_due() {
    if (m_end_time) return;
    const auto now = std::chrono::steady_clock::now();
    if (m_signals_sent == 0) {
      if (!m_stop || !m_stop()) return;
      m_end.stopped = true;
      send(SIGINT, m_settings.signal_group);
      m_next_signal = now + m_settings.interrupt_time;
    } else if (now >= m_next_signal) {
      if (m_signals_sent == 1) {
        send(SIGTERM, m_settings.signal_group);
      } else {
        send(SIGKILL, true);
      }
      m_next_signal = now + m_settings.terminate_time;
    }
  }

  void send(int number, bool to_group) {
    ++m_signals_sent;
    ::kill(to_group ? -m_group_id : m_child.id(), number);
  }

  const ChildSettings& m_settings;
  const std::function<bool()>& m_stop;
  asio::io_context m_context;
  Stream m_output;
  std::optional<Stream> m_errors;
  asio::steady_timer m_timer;
  bp::group m_group;
  bp::child m_child;
  ChildEnd m_end;
  int m_group_id = 0;
  std::chrono::milliseconds m_next_tick{5};
  std::optional<SteadyTime> m_end_time;
  SteadyTime m_next_signal;
  int m_signals_sent = 0;
  bool m_done = false;
};

class SystemChildren : public Children {
 public:
  ChildEnd run(const ChildSettings& settings, const ChildEvents& events) override {
    return Run(settings, events).finish();
  }

  bool end_group(int group) override { return group > 1 && ::kill(-group, SIGKILL) == 0; }
};

}  // namespace

std::unique_ptr<Children> system_children() {
  return std::make_unique<SystemChildren>();
}

void LineSplitter::feed(std::string_view piece) {
  while (true) {
    const auto end = piece.find('\n');
    if (end == std::string_view::npos) break;
    m_rest.append(piece.substr(0, end));
    if (!m_rest.empty() && m_rest.back() == '\r') m_rest.pop_back();
    m_on_line(m_rest);
    m_rest.clear();
    piece.remove_prefix(end + 1);
  }
  m_rest.append(piece);
}

void LineSplitter::finish() {
  if (!m_rest.empty()) m_on_line(m_rest);
  m_rest.clear();
}

}  // namespace mlops::runner
