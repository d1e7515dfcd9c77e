#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/aml/jobs/log_follower.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

// One request for what a job usually writes between two looks. Printed in slices, so that it is in memory once.
constexpr std::uint64_t k_piece = std::uint64_t{8} << 20U;
constexpr std::size_t k_slice = 256U << 10U;
constexpr std::size_t k_most_tail_lines = 20;
constexpr std::size_t k_longest_unfinished = 64U << 10U;

http::Response get_from(Workspace& workspace, const std::string& url, std::uint64_t offset) {
  http::Request get;
  get.url = url;
  get.headers = {{"x-ms-version", azure::k_blob_api_version},
                 {"Range", fmt::format("bytes={}-{}", offset, offset + k_piece - 1)}};
  return workspace.session().anonymous().send(get);
}

// The end of a log that may be long; blob storage has no ranges that count from the end.
std::string end_of(Workspace& workspace, const std::string& url) {
  const http::Response first = get_from(workspace, url, 0);
  const std::string range = first.headers.find("Content-Range").value_or("");
  const auto slash = range.find('/');
  std::uint64_t total = 0;
  if (slash != std::string::npos) std::from_chars(range.data() + slash + 1, range.data() + range.size(), total);
  if (total <= first.body.size()) return first.body;
  return get_from(workspace, url, total - std::min<std::uint64_t>(total, k_slice)).body;
}

}  // namespace

// As azure-ai-ml chooses them: the log of the node with rank 0, or of a parameter server.
bool is_user_log(const std::string& name) {
  constexpr std::string_view k_begin = "user_logs/std_log";
  constexpr std::string_view k_end = ".txt";
  if (name.rfind(k_begin, 0) != 0 || name.size() < k_begin.size() + k_end.size() ||
      name.compare(name.size() - k_end.size(), k_end.size(), k_end) != 0) {
    return false;
  }
  const std::string middle = name.substr(k_begin.size(), name.size() - k_begin.size() - k_end.size());
  return middle.find_first_of("123456789") == std::string::npos;
}

bool LogFollower::read_on(Log& log, const std::string& url, std::string& text) {
  http::Response response = get_from(m_workspace, url, log.offset);
  if (response.status == 206) {
    text = std::move(response.body);
  } else if (response.status == 200) {  // not a ranged answer: all of it
    text = log.offset < response.body.size() ? response.body.substr(log.offset) : std::string();
  }
  log.offset += text.size();
  return !text.empty();
}

void LogFollower::print(const std::string& run, const std::string& prefix, Log& log, std::string_view text, bool last) {
  log.unfinished += text;
  auto end = log.unfinished.rfind('\n');
  const bool too_long = end == std::string::npos && log.unfinished.size() > k_longest_unfinished;
  if ((last && !log.unfinished.empty()) || too_long) end = log.unfinished.size() - 1;
  if (end == std::string::npos) return;
  const std::string lines = log.unfinished.substr(0, end + 1);
  log.unfinished.erase(0, end + 1);
  m_workspace.services().log.foreign(prefix, lines);
  auto& tail = m_tails[run];
  for (auto& line : core::split(lines, '\n')) {
    if (core::trim(line).empty()) continue;
    tail.push_back(std::move(line));
    if (tail.size() > k_most_tail_lines) tail.pop_front();
  }
}

void LogFollower::follow(const RunDetails& details, const std::string& prefix, bool last) {
  for (const auto& [name, url] : details.logs) {
    if (!is_user_log(name)) continue;
    Log& log = m_logs[details.run.name + "/" + name];
    std::string text;
    do {
      text.clear();
      if (!read_on(log, url, text)) break;
      for (std::size_t at = 0; at < text.size(); at += k_slice) {
        print(details.run.name, prefix, log, std::string_view(text).substr(at, k_slice), false);
      }
    } while (text.size() >= k_piece);
    if (last) print(details.run.name, prefix, log, "", true);
  }
}

std::vector<std::string> LogFollower::last_lines(const RunDetails& details) {
  const auto& tail = m_tails[details.run.name];
  if (!tail.empty()) return {tail.begin(), tail.end()};
  for (const char* part : {"execution-wrapper", "70_driver_log", "error", "stderr", "system_logs"}) {
    for (const auto& [name, url] : details.logs) {
      if (name.find(part) == std::string::npos) continue;
      std::vector<std::string> lines = core::split(end_of(m_workspace, url), '\n');
      lines.erase(
          std::remove_if(lines.begin(), lines.end(), [](const std::string& line) { return core::trim(line).empty(); }),
          lines.end());
      if (lines.empty()) continue;
      if (lines.size() > k_most_tail_lines) {
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(k_most_tail_lines));
      }
      return lines;
    }
  }
  return {};
}

}  // namespace mlops::aml
