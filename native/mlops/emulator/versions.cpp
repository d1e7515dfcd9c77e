#include <algorithm>
#include <charconv>
#include <mlops/emulator/versions.hpp>

namespace mlops::emulator {

std::string next_version(const std::vector<Resource>& versions) {
  std::uint64_t highest = 0;
  for (const auto& resource : versions) {
    const std::string& text = resource.key.version;
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc() && end == text.data() + text.size()) highest = std::max(highest, number);
  }
  return std::to_string(highest + 1);
}

}  // namespace mlops::emulator
