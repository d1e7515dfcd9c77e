#include <charconv>
#include <mlops/core/text.hpp>
#include <mlops/runner/expand/tree.hpp>

namespace mlops::runner {

namespace {

// The node below another one that a reference token of a JSON pointer names.
const Tree* below(const Tree& tree, std::string_view token) {
  if (const auto* items = tree.items()) {
    std::size_t index = items->size();
    std::from_chars(token.data(), token.data() + token.size(), index);
    return index < items->size() ? &(*items)[index] : nullptr;
  }
  return tree.find(core::replace_all(core::replace_all(std::string(token), "~1", "/"), "~0", "~"));
}

}  // namespace

Includes includes_below(const Origin& reference) {
  auto places = reference.included_from ? *reference.included_from : std::vector<core::FilePlace>();
  places.push_back(reference.place);
  return std::make_shared<const std::vector<core::FilePlace>>(std::move(places));
}

Origin Expanded::origin_of(std::string_view pointer) const {
  const Tree* at = tree.get();
  while (at && !pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const auto token = pointer.substr(0, pointer.find('/'));
    const Tree* next = below(*at, token);
    if (!next) break;
    at = next;
    pointer.remove_prefix(token.size());
  }
  return at ? at->origin : Origin();
}

}  // namespace mlops::runner
