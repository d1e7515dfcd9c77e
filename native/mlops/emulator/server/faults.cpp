#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/server/faults.hpp>

namespace mlops::emulator {

namespace {

std::optional<int> number_of(const std::string& text) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw core::Error(
      "fault-invalid", fmt::format("--fault \"{}\": {}.", text, why), {},
      "Write ROUTE:KIND[:TIMES], KIND being an HTTP status from 400 to 599, reset, truncated, slow or lost.");
}

}  // namespace

Faults::Fault Faults::parse(const std::string& text) {
  const auto parts = core::split(text, ':');
  if (parts.size() < 2 || parts.size() > 3 || parts[0].empty()) refuse(text, "it needs a route and a kind");
  Fault fault{.route = parts[0], .strike = {}, .left = 1};
  if (parts[1] == "reset") {
    fault.strike.delivery = Delivery::reset;
  } else if (parts[1] == "truncated") {
    fault.strike.delivery = Delivery::truncated;
  } else if (parts[1] == "slow") {
    fault.strike.wait = std::chrono::seconds(2);
  } else if (parts[1] == "lost") {
    fault.strike.lost = true;
  } else {
    fault.strike.status = number_of(parts[1]).value_or(0);
    if (fault.strike.status < 400 || fault.strike.status > 599)
      refuse(text, fmt::format("unknown kind \"{}\"", parts[1]));
  }
  if (parts.size() == 3) fault.left = number_of(parts[2]).value_or(0);
  if (fault.left < 1) refuse(text, fmt::format("\"{}\" is not a number of times", parts[2]));
  return fault;
}

void Faults::check(const std::string& text, const std::vector<std::string>& routes) {
  const Fault fault = parse(text);
  if (fault.route == "*" || std::find(routes.begin(), routes.end(), fault.route) != routes.end()) return;
  refuse(text,
         fmt::format("unknown route \"{}\"{}", fault.route, core::did_you_mean(core::nearest(fault.route, routes))));
}

Faults::Faults(const std::vector<std::string>& faults) {
  for (const auto& text : faults) m_faults.push_back(parse(text));
}

std::optional<Faults::Strike> Faults::next(const std::string& route) {
  const std::lock_guard held(m_mutex);
  for (Fault& fault : m_faults) {
    if (fault.left == 0 || (fault.route != "*" && fault.route != route)) continue;
    --fault.left;
    return fault.strike;
  }
  return std::nullopt;
}

}  // namespace mlops::emulator
