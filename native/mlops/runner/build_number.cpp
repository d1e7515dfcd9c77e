#include <fmt/format.h>

#include <ctime>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/runner/build_number.hpp>

namespace mlops::runner {

namespace {

constexpr const char* k_default_format = "$(Date:yyyyMMdd).$(Rev:r)";

// The value of a run of one letter in a date format; empty for a letter that stands for itself.
std::string date_part(char letter, std::size_t length, const std::tm& time) {
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

// Replaces each `$(Name:argument)` of that name by what the function makes of what stands before and the argument.
template <typename Function>
std::string replace_token(std::string text, const std::string& name, Function&& function) {
  const std::string open = "$(" + name + ":";
  for (auto start = text.find(open); start != std::string::npos; start = text.find(open)) {
    const auto end = text.find(')', start);
    if (end == std::string::npos) break;
    const auto argument = text.substr(start + open.size(), end - start - open.size());
    text.replace(start, end - start + 1, function(text.substr(0, start), argument));
  }
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
  auto text = replace_token(format.empty() ? k_default_format : format, "Date",
                            [&](const auto&, const auto& argument) { return format_date(argument, now); });
  text = variables.expand(text);
  return replace_token(std::move(text), "Rev", [&](const std::string& before, const std::string& argument) {
    const auto digits = std::count(argument.begin(), argument.end(), 'r');
    const auto dot = argument.starts_with('.') ? "." : "";
    return fmt::format("{}{:0{}}", dot, counters.next("Rev " + before, 1), digits);
  });
}

}  // namespace mlops::runner
