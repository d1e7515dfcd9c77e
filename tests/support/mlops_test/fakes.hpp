#pragma once
// Hand-written stand-ins for the world, with memory of what was asked of them.

#include <deque>
#include <functional>
#include <mlops/agent/services.hpp>
#include <mlops/core/world.hpp>
#include <mlops/http/transport.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace mlops::test {

class FakeClock : public core::Clock {
 public:
  core::SystemTime now() const override { return time; }

  core::SystemTime time = *core::from_iso8601("2026-03-01T12:00:00Z");
};

class FakeCancellation : public core::Cancellation {
 public:
  bool requested() const override { return stop; }

  bool stop = false;
};

/// Records the sleeps and moves the clock; never waits.
class FakeSleeper : public core::Sleeper {
 public:
  explicit FakeSleeper(FakeClock& clock) : m_clock(clock) {}

  void sleep(core::Milliseconds time) override;

  void sleep_through(core::Milliseconds time) override { sleep(time); }

  std::vector<core::Milliseconds> sleeps;
  std::function<void()> on_sleep;

 private:
  FakeClock& m_clock;
};

class FakeEnvironment : public core::Environment {
 public:
  FakeEnvironment(std::map<std::string, std::string> initial = {}) : variables(std::move(initial)) {}

  std::optional<std::string> get(const std::string& name) const override;

  std::map<std::string, std::string> all() const override { return variables; }

  void remove(const std::string& name) override { variables.erase(name); }

  std::map<std::string, std::string> variables;
};

class FakeProcesses : public core::Processes {
 public:
  std::optional<core::ProcessResult> run(const std::vector<std::string>& command,
                                         const std::filesystem::path& folder) override;
  std::map<std::string, core::ProcessResult> answers;  ///< by the command joined with blanks
  std::vector<std::string> commands;
};

class FakeOutput : public core::Output {
 public:
  void write(std::string_view part) override { text += part; }

  std::string text;
};

/// Answers requests from a script, or by the first handler whose method and URL part fit; remembers every request.
class FakeTransport : public http::Transport {
 public:
  using Handler = std::function<http::Response(const http::Request&)>;
  http::Response send(const http::Request& request) override;

  /// Answers in this order, before any handler is asked.
  void script(http::Response response);
  void script_failure(http::FailureKind kind);
  /// Answers every request of that method whose URL holds the text; later handlers win.
  void on(const std::string& method, const std::string& url_part, Handler handler);
  void on(const std::string& method, const std::string& url_part, int status, const std::string& body,
          http::Headers headers = {});

  std::vector<http::Request> requests;
  /// "PUT https://..." of each request.
  std::vector<std::string> lines() const;

 private:
  struct Route {
    std::string method;
    std::string url_part;
    Handler handler;
  };

  std::mutex m_mutex;
  std::deque<Handler> m_script;
  std::vector<Route> m_routes;
};

/// The content a request would send.
std::string body_of(const http::Request& request);

/// All of it together, ready for a task.
struct World {
  World(std::map<std::string, std::string> variables = {});
  FakeClock clock;
  FakeCancellation cancellation;
  FakeSleeper sleeper{clock};
  FakeEnvironment environment;
  FakeProcesses processes;
  FakeOutput output;
  FakeTransport transport;
  agent::Log log{output, true, false};
  agent::Variables variables;
  agent::Services services{environment, clock, sleeper, cancellation, processes, transport, log, variables};
};

/// A folder below the system's temporary one that is removed at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return m_path; }

  /// Writes a file below it and returns its path.
  std::filesystem::path write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path m_path;
};

}  // namespace mlops::test
