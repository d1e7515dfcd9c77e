#include <boost/process.hpp>
#include <mlops/core/file_handle.hpp>
#include <mlops/core/real_world.hpp>
#include <system_error>
#include <thread>

namespace mlops::core {

namespace {

class SystemClock : public Clock {
 public:
  SystemTime now() const override { return std::chrono::system_clock::now(); }
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
    try {
      FileHandle::borrow(1).write(text);
    } catch (const std::system_error&) {  // the reader went away
      return;
    }
  }
};

}  // namespace

std::unique_ptr<Clock> system_clock() {
  return std::make_unique<SystemClock>();
}

std::unique_ptr<Processes> system_processes() {
  return std::make_unique<SystemProcesses>();
}

std::unique_ptr<Output> standard_output() {
  return std::make_unique<StandardOutput>();
}

void SignalCancellation::sleep_through(Milliseconds time) {
  std::this_thread::sleep_for(time);
}

}  // namespace mlops::core
