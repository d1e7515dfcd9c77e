#pragma once

#include <string>
#include <string_view>

namespace mlops::runner {

/// How a step, a job or a stage ended, in the service's words.
enum class Result { Succeeded, SucceededWithIssues, Skipped, Canceled, Failed };

std::string_view to_string(Result result);
/// Takes the names above without regard to case. Throws core::Error "result-unknown".
Result result_from(std::string_view text);

/// The worse of two results.
Result worse(Result a, Result b);

/// Succeeded, with issues or without.
bool is_success(Result result);

}  // namespace mlops::runner
