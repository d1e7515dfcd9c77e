#pragma once

#include <string_view>

namespace mlops::emulator {

/// The Python programs beside this file, taken into the executable when it is built (embed.cmake).
extern const std::string_view k_batch_host_py;
extern const std::string_view k_check_requirements_py;
extern const std::string_view k_scoring_host_py;

}  // namespace mlops::emulator
