#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/runner/emulator_process.hpp>
#include <thread>

namespace mlops::runner {

namespace {

namespace bp = boost::process;

constexpr const char* k_name = "aml-emulator";
constexpr std::string_view k_ready = "aml-emulator ready: ";  // followed by its address and folders
constexpr std::chrono::milliseconds k_tick{20};
constexpr std::chrono::seconds k_longest_start{60};
constexpr std::chrono::seconds k_longest_end{10};

// The last lines of a text.
std::string end_of(const std::string& text) {
  auto lines = core::split(core::trim(text), '\n');
  if (lines.size() > 5) lines.erase(lines.begin(), lines.end() - 5);
  return core::join(lines, "\n");
}

class Emulator : public EmulatorProcess {
 public:
  Emulator(const fs::path& executable, const fs::path& folder, const std::vector<std::string>& workspaces,
           const core::Cancellation& cancellation)
      : m_connection(folder / "connection.env"), m_output(folder / "emulator.out"), m_errors(folder / "emulator.err") {
    fs::create_directories(folder);
    // What an earlier one said must not be taken for the word of this one.
    for (const auto& file : {m_connection, m_output, m_errors}) fs::remove(file);
    // Ctrl-C is for the steps, which still need the emulator to cancel what they started: it gets a session of its own,
    // and the kernel ends it with the thread that started it.
    m_child = bp::child(bp::exe = executable.string(), bp::args = arguments(folder, workspaces),
                        bp::std_in<bp::null, bp::std_out> m_output.string(), bp::std_err > m_errors.string(),
                        bp::extend::on_exec_setup([](auto&) {
                          ::setsid();
                          ::prctl(PR_SET_PDEATHSIG, SIGTERM);
                        }));
    wait_until_ready(cancellation);
  }

  ~Emulator() override {
    std::error_code ignored;
    ::kill(m_child.id(), SIGTERM);
    const auto end = std::chrono::steady_clock::now() + k_longest_end;
    while (m_child.running(ignored) && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(k_tick);
    if (m_child.running(ignored)) m_child.terminate(ignored);
  }

  const std::string& address() const override { return m_address; }

  const fs::path& connection_file() const override { return m_connection; }

 private:
  // Those that it has without being told, and more.
  std::vector<std::string> arguments(const fs::path& folder, const std::vector<std::string>& workspaces) const {
    std::vector<std::string> result{"--data", (folder / "data").string(), "--connection-file", m_connection.string()};
    if (workspaces.empty()) return result;
    for (const auto* name : {"rg-mlops/mlops-dev", "rg-mlops/mlops-prd"}) {
      result.insert(result.end(), {"--workspace", name});
    }
    for (const auto& name : workspaces) result.insert(result.end(), {"--workspace", name});
    return result;
  }

  void wait_until_ready(const core::Cancellation& cancellation) {
    const auto end = std::chrono::steady_clock::now() + k_longest_start;
    while (m_address.empty()) {
      std::error_code ignored;
      const bool runs = m_child.running(ignored);
      const auto said = core::read_file(m_output);
      if (said.starts_with(k_ready) && said.find('\n') != std::string::npos) {
        m_address = core::split(said.substr(k_ready.size()), ' ').front();
      } else if (!runs || std::chrono::steady_clock::now() > end) {
        throw core::Error("emulator-failed",
                          fmt::format("aml-emulator {}: {}", runs ? "was not ready in time" : "did not start",
                                      end_of(core::read_file(m_errors))),
                          {}, fmt::format("Its log is {}.", m_errors.string()));
      } else {
        cancellation.check();
        std::this_thread::sleep_for(k_tick);
      }
    }
  }

  fs::path m_connection;
  fs::path m_output;
  fs::path m_errors;
  std::string m_address;
  bp::child m_child;
};

}  // namespace

std::unique_ptr<EmulatorProcess> start_emulator(const fs::path& executable, const fs::path& folder,
                                                const std::vector<std::string>& workspaces,
                                                const core::Cancellation& cancellation) {
  return std::make_unique<Emulator>(executable, folder, workspaces, cancellation);
}

fs::path find_emulator(const fs::path& program_folder) {
  if (const auto beside = program_folder / k_name; fs::exists(beside)) return beside;
  const auto found = bp::search_path(k_name);
  if (!found.empty()) return found.string();
  throw core::Error("emulator-missing", "there is no aml-emulator beside pipeline-run or on PATH.", {},
                    "Put it there, or start one elsewhere and give its connection.env with --connection NAME=FILE.");
}

}  // namespace mlops::runner
