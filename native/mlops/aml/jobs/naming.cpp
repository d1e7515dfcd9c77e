#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/jobs/naming.hpp>
#include <mlops/core/hash.hpp>

namespace mlops::aml {

namespace {

constexpr std::size_t k_hash_length = 12;
constexpr int k_most_attempts = 20;

// A name written by the user may hold the build's number already.
std::string with_suffix(const std::string& stem, const std::string& suffix) {
  return sanitized_job_name(stem, 200 - suffix.size() - 1) + "-" + suffix;
}

}  // namespace

std::string sanitized_job_name(const std::string& text, std::size_t longest) {
  std::string name;
  for (const char c : text) {
    const bool allowed = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    const char put = allowed ? c : '-';
    if (put == '-' && (name.empty() || name.back() == '-')) continue;
    name += put;
  }
  while (!name.empty() && (name.back() == '-' || name.back() == '_')) name.pop_back();
  while (!name.empty() && name.front() == '_') name.erase(0, 1);
  if (name.empty()) name = "job-" + core::sha256_hex(text).substr(0, k_hash_length);
  if (name.size() <= longest) return name;
  return name.substr(0, longest - k_hash_length - 1) + "-" + core::sha256_hex(text).substr(0, k_hash_length);
}

std::string definition_hash(const json::value& body) {
  return core::sha256_hex(python_json(body)).substr(0, 2 * k_hash_length);
}

JobName job_name(const std::string& stem, const std::string& content, const agent::PipelineRun& run,
                 core::SystemTime now) {
  JobName result;
  if (!run.present()) {
    const auto time = fmt::gmtime(std::chrono::system_clock::to_time_t(now));
    result.name = with_suffix(stem, fmt::format("{}-{:%Y%m%d%H%M%S}", content.substr(0, k_hash_length), time));
    return result;
  }
  const int attempt = std::max(1, std::atoi(run.attempt.c_str()));
  const std::string build = sanitized_job_name(run.build_id);
  result.name = with_suffix(stem, fmt::format("{}-{}", build, attempt));
  for (int earlier = attempt - 1; earlier > 0 && earlier > attempt - k_most_attempts; --earlier) {
    result.earlier.push_back(with_suffix(stem, fmt::format("{}-{}", build, earlier)));
  }
  return result;
}

}  // namespace mlops::aml
