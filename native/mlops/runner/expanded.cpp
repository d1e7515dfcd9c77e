#include <mlops/runner/expanded.hpp>

namespace mlops::runner {

Includes includes_below(const Origin& reference) {
  auto places = reference.included_from ? *reference.included_from : std::vector<core::FilePlace>();
  places.push_back(reference.place);
  return std::make_shared<const std::vector<core::FilePlace>>(std::move(places));
}

Origin Expanded::origin_of(std::string pointer) const {
  while (true) {
    if (const auto found = origins.find(pointer); found != origins.end()) return found->second;
    if (pointer.empty()) return {};
    pointer.resize(pointer.rfind('/'));
  }
}

}  // namespace mlops::runner
