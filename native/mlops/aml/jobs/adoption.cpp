#include <fmt/format.h>

#include <mlops/aml/jobs/adoption.hpp>
#include <mlops/aml/jobs/run_history.hpp>

namespace mlops::aml {

namespace {

constexpr int k_most_suffixes = 100;

}  // namespace

Standing standing_of(const std::string& status) {
  const bool gone = (is_final(status) && !is_success(status)) || status == "CancelRequested";
  return gone ? Standing::ended : Standing::same;
}

std::optional<Settled> settle_name(const JobName& name, bool given, bool force,
                                   const std::function<Standing(const std::string&)>& standing) {
  if (!force) {
    for (const auto& earlier : name.earlier) {
      if (standing(earlier) == Standing::same) return Settled{earlier, true};
    }
  }
  std::string candidate = name.name;
  for (int suffix = 2; suffix < k_most_suffixes; ++suffix) {
    const Standing found = standing(candidate);
    if (found == Standing::free) return Settled{candidate, false};
    if (found == Standing::same && !force) return Settled{candidate, true};
    if (found == Standing::other && given && !force) return std::nullopt;
    candidate = fmt::format("{}-{}", name.name, suffix);
  }
  return std::nullopt;
}

}  // namespace mlops::aml
