#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/runner/build_number.hpp>

namespace mlops::runner {

namespace {

constexpr const char* k_default_format = "$(Date:yyyyMMdd).$(Rev:r)";

std::string by_locale(const char* format, const std::tm& time) {
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &time)};
}

// The value of a run of one letter in a date format; empty for a letter that stands for itself.
std::string date_part(char letter, std::size_t length, const std::tm& time) {
  if (letter == 'M' && length > 2) return by_locale(length == 3 ? "%b" : "%B", time);
  if (letter == 'd' && length > 2) return by_locale(length == 3 ? "%a" : "%A", time);
  const auto padded = [&](int value) { return fmt::format("{:0{}}", value, length); };
  switch (letter) {
    case 'y':
      return length <= 2 ? padded(time.tm_year % 100) : padded(time.tm_year + 1900);
    case 'M':
      return padded(time.tm_mon + 1);
    case 'd':
      return padded(time.tm_mday);
    case 'H':
      return padded(time.tm_hour);
    case 'h':
      return padded(time.tm_hour % 12 == 0 ? 12 : time.tm_hour % 12);
    case 'm':
      return padded(time.tm_min);
    case 's':
      return padded(time.tm_sec);
    default:
      return {};
  }
}

// Replaces each `$(name)` and `$(name:argument)` by what the function makes of what stands before, the name in lower
// case and the argument; what it knows nothing of stays.
template <typename Function>
std::string replace_tokens(std::string text, Function&& function) {
  for (auto start = text.find("$("); start != std::string::npos; start = text.find("$(", start)) {
    const auto end = text.find(')', start);
    if (end == std::string::npos) break;
    const auto token = text.substr(start + 2, end - start - 2);
    const auto colon = token.find(':');
    const std::optional<std::string> value =
        function(text.substr(0, start), core::to_lower(token.substr(0, colon)),
                 colon == std::string::npos ? std::string() : token.substr(colon + 1));
    if (value) text.replace(start, end - start + 1, *value);
    start += value ? value->size() : 2;
  }
  return text;
}

// https://learn.microsoft.com/azure/devops/pipelines/process/run-number#tokens; those that are variables under another
// name, and the parts of the time as plain numbers.
std::optional<std::string> token_value(const std::string& name, const std::string& argument, const Variables& variables,
                                       core::SystemTime now) {
  static const std::map<std::string_view, std::string_view> k_variables{{"teamproject", "System.TeamProject"},
                                                                        {"builddefinitionname", "Build.DefinitionName"},
                                                                        {"buildid", "Build.BuildId"},
                                                                        {"sourcebranchname", "Build.SourceBranchName"}};
  static const std::map<std::string_view, const char*> k_formats{
      {"dayofmonth", "d"}, {"hours", "H"}, {"minutes", "m"}, {"month", "M"}, {"seconds", "s"}};
  if (argument.empty() && variables.find(name)) return std::nullopt;  // the pipeline's own
  if (name == "date" || name == "year")
    return argument.empty() ? std::nullopt : std::optional(format_date(argument, now));
  if (name == "dayofyear") {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return std::to_string(parts.tm_yday + 1);
  }
  if (const auto format = k_formats.find(name); format != k_formats.end()) return format_date(format->second, now);
  const auto variable = k_variables.find(name);
  if (variable == k_variables.end()) return std::nullopt;
  return variables.get(variable->second);
}

// https://learn.microsoft.com/azure/devops/pipelines/build/variables: in a run's number a branch has _ for its slashes.
std::string without_slashes(std::string text) {
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

long Counters::next(const std::string& prefix, long seed) {
  const std::lock_guard held(m_mutex);
  boost::json::object counters;
  if (fs::exists(m_file)) {
    const auto document = document::Document::load(m_file);
    if (document.value().is_object()) counters = document.value().get_object();
  }
  const auto* last = counters.if_contains(prefix);
  const long number = last && last->is_int64() ? last->get_int64() + 1 : seed;
  counters[prefix] = number;
  core::write_file_atomically(m_file, document::to_pretty_json(counters));
  return number;
}

long Counters::once(const std::string& prefix, long seed) {
  {
    const std::lock_guard held(m_mutex);
    const auto given = m_given.find(prefix);
    if (given != m_given.end()) return given->second;
  }
  const long number = next(prefix, seed);
  const std::lock_guard held(m_mutex);
  return m_given.emplace(prefix, number).first->second;
}

std::string format_date(const std::string& format, core::SystemTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::string result;
  for (std::size_t i = 0; i < format.size();) {
    const auto end = std::min(format.find_first_not_of(format[i], i), format.size());
    const auto part = date_part(format[i], end - i, parts);
    result += part.empty() ? format.substr(i, end - i) : part;
    i = end;
  }
  return result;
}

std::string build_number(const std::string& format, const Variables& variables, core::SystemTime now,
                         Counters& counters) {
  auto text = replace_tokens(format.empty() ? k_default_format : format,
                             [&](const auto&, const std::string& name, const std::string& argument) {
                               return token_value(name, argument, variables, now);
                             });
  text = replace_tokens(variables.expand(text),
                        [&](const std::string& before, const std::string& name,
                            const std::string& argument) -> std::optional<std::string> {
                          if (name != "rev") return std::nullopt;
                          const auto digits = std::count(argument.begin(), argument.end(), 'r');
                          const auto dot = argument.starts_with('.') ? "." : "";
                          return fmt::format("{}{:0{}}", dot, counters.next("Rev " + before, 1), digits);
                        });
  return without_slashes(std::move(text));
}

}  // namespace mlops::runner
