#include <mlops/runner/expanded.hpp>

namespace mlops::runner {

Origin Expanded::origin_of(std::string pointer) const {
  while (true) {
    if (const auto found = origins.find(pointer); found != origins.end()) return found->second;
    if (pointer.empty()) return {};
    pointer.resize(pointer.rfind('/'));
  }
}

}  // namespace mlops::runner
