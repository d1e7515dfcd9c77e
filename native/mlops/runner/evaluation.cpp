#include <mlops/core/text.hpp>
#include <mlops/runner/evaluation.hpp>

namespace mlops::runner {

std::string runtime_expression(std::string_view text) {
  const auto trimmed = core::trim(text);
  if (!trimmed.starts_with("$[") || !trimmed.ends_with(']')) return {};
  return std::string(core::trim(trimmed.substr(2, trimmed.size() - 3)));
}

}  // namespace mlops::runner
