#include <fmt/format.h>

#include <array>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/runner/result.hpp>

namespace mlops::runner {

namespace {

constexpr std::array<std::string_view, 5> k_names{"Succeeded", "SucceededWithIssues", "Skipped", "Canceled", "Failed"};

// A skipped part takes nothing away from the whole.
int badness(Result result) {
  return result == Result::Skipped ? 0 : static_cast<int>(result);
}

}  // namespace

std::string_view to_string(Result result) {
  return k_names.at(static_cast<std::size_t>(result));
}

Result result_from(std::string_view text) {
  for (std::size_t i = 0; i < k_names.size(); ++i) {
    if (core::equals_ignoring_case(text, k_names[i])) return static_cast<Result>(i);
  }
  throw core::Error("result-unknown", fmt::format("\"{}\" is not a result.", text), {},
                    "Use Succeeded, SucceededWithIssues or Failed.");
}

Result worse(Result a, Result b) {
  return badness(b) > badness(a) ? b : a;
}

bool is_success(Result result) {
  return result == Result::Succeeded || result == Result::SucceededWithIssues;
}

}  // namespace mlops::runner
