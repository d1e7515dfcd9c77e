#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/expressions.hpp>

namespace mlops::emulator {

namespace {

constexpr std::string_view k_open = "${{";
constexpr std::string_view k_close = "}}";
constexpr std::string_view k_optional_open = "$[[";
constexpr std::string_view k_optional_close = "]]";

/// Calls `plain` with what stands between and `inner` with what stands within the marks. An opening mark that is never
/// closed is plain text.
void walk(const std::string& text, std::string_view open, std::string_view close,
          const std::function<void(const std::string&)>& plain, const std::function<void(const std::string&)>& inner) {
  std::size_t at = 0;
  while (true) {
    const auto begin = text.find(open, at);
    const auto end = begin == std::string::npos ? begin : text.find(close, begin + open.size());
    if (end == std::string::npos) return plain(text.substr(at));
    plain(text.substr(at, begin - at));
    inner(text.substr(begin + open.size(), end - begin - open.size()));
    at = end + close.size();
  }
}

}  // namespace

std::string substitute(const std::string& text, const NameLookup& lookup, const std::string& what) {
  std::string result;
  walk(
      text, k_open, k_close, [&](const std::string& plain) { result += plain; },
      [&](const std::string& inner) {
        const std::string name(core::trim(inner));
        const auto value = lookup(name);
        if (!value) {
          throw core::Error("expression-unknown",
                            fmt::format("{} uses ${{{{{}}}}}, which has no value in this job.", what, name));
        }
        result += *value;
      });
  return result;
}

std::string substitute_command(const std::string& command, const NameLookup& lookup) {
  std::string result;
  walk(
      command, k_optional_open, k_optional_close,
      [&](const std::string& plain) { result += substitute(plain, lookup, "The command"); },
      [&](const std::string& inner) {
        for (const auto& name : names_in(inner)) {
          if (!lookup(name)) return;
        }
        result += substitute(inner, lookup, "The command");
      });
  return result;
}

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names;
  walk(
      text, k_open, k_close, [](const std::string&) {},
      [&](const std::string& inner) { names.emplace_back(core::trim(inner)); });
  return names;
}

std::optional<std::string> sole_name(const std::string& text) {
  const std::string_view trimmed = core::trim(text);
  const auto names = names_in(text);
  if (names.size() != 1 || !trimmed.starts_with(k_open) || !trimmed.ends_with(k_close)) return std::nullopt;
  return names.front();
}

std::optional<std::chrono::seconds> parse_duration(const std::string& text) {
  if (text.size() < 3 || text[0] != 'P') return std::nullopt;
  std::chrono::seconds total{0};
  bool in_time = false;
  std::int64_t number = -1;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      number = std::max<std::int64_t>(number, 0) * 10 + (c - '0');
      if (number > 1'000'000'000) return std::nullopt;
      continue;
    }
    if (c == '.') {  // fractions of a second don't matter
      while (i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') ++i;
      continue;
    }
    if (c == 'T' && !in_time && number < 0) {
      in_time = true;
      continue;
    }
    if (number < 0) return std::nullopt;
    if (c == 'D' && !in_time) {
      total += std::chrono::hours(24 * number);
    } else if (c == 'H' && in_time) {
      total += std::chrono::hours(number);
    } else if (c == 'M' && in_time) {
      total += std::chrono::minutes(number);
    } else if (c == 'S' && in_time) {
      total += std::chrono::seconds(number);
    } else {
      return std::nullopt;
    }
    number = -1;
  }
  return number < 0 ? std::optional(total) : std::nullopt;
}

}  // namespace mlops::emulator
