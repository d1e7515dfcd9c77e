#include <fmt/format.h>

#include <cstdio>
#include <mlops/core/error.hpp>
#include <mlops/core/real_world.hpp>
#include <mlops/emulator/emulator.hpp>
#include <mlops/emulator/plain_path.hpp>
#include <mlops/emulator/program.hpp>

namespace mlops::emulator {

int run_program(int argc, const char* const* argv) {
  try {
    int exit_code = 0;
    auto settings = parse_arguments(argc, argv, exit_code);
    if (!settings) return exit_code;
    settings->data = plain_path(settings->data, std::filesystem::temp_directory_path());
    const auto clock = core::system_clock();
    Emulator emulator(*settings, *clock, true);
    fmt::print("aml-emulator ready: {} data={} connection={}\n", emulator.url(), settings->data.string(),
               settings->connection_file.string());
    std::fflush(stdout);
    emulator.wait();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "aml-emulator: {}\n", error.what());
    return 1;
  }
}

}  // namespace mlops::emulator
