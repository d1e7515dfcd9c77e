#include <array>
#include <mlops/core/text.hpp>
#include <mlops/runner/logging/command.hpp>

namespace mlops::runner {

namespace {

constexpr std::string_view k_prefix = "##vso[";
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> k_escapes{
    {{"%5D", "]"}, {"%0A", "\n"}, {"%0D", "\r"}, {"%3B", ";"}, {"%AZP25", "%"}}};

std::map<std::string, std::string> parse_properties(std::string_view text) {
  std::map<std::string, std::string> result;
  for (const auto& pair : core::split(text, ';')) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    const auto key = core::to_lower(core::trim(std::string_view(pair).substr(0, equals)));
    result.insert_or_assign(key, unescape_command_text(pair.substr(equals + 1)));
  }
  return result;
}

// "area.event", both there and without spaces.
bool is_name(std::string_view text) {
  const auto dot = text.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
         text.find('.', dot + 1) == std::string_view::npos;
}

}  // namespace

std::string Command::property(const std::string& key) const {
  const auto found = properties.find(key);
  return found == properties.end() ? std::string() : found->second;
}

bool Command::flag(const std::string& key) const {
  return core::equals_ignoring_case(property(key), "true");
}

std::string unescape_command_text(std::string text) {
  for (const auto& [escaped, plain] : k_escapes) text = core::replace_all(std::move(text), escaped, plain);
  return text;
}

std::string escape_command_text(std::string text) {
  for (auto pair = k_escapes.rbegin(); pair != k_escapes.rend(); ++pair) {
    text = core::replace_all(std::move(text), pair->second, pair->first);
  }
  return text;
}

std::optional<Command> parse_command(std::string_view line) {
  const auto start = line.find(k_prefix);
  const auto end = start == std::string_view::npos ? start : line.find(']', start);
  if (end == std::string_view::npos) return std::nullopt;
  const auto head = line.substr(start + k_prefix.size(), end - start - k_prefix.size());
  const auto space = head.find(' ');
  Command command{.name = core::to_lower(head.substr(0, space))};
  if (!is_name(command.name)) return std::nullopt;
  if (space != std::string_view::npos) command.properties = parse_properties(head.substr(space + 1));
  command.data = unescape_command_text(std::string(line.substr(end + 1)));
  return command;
}

bool looks_like_command(std::string_view line) {
  return core::to_lower(line).find("##vso") != std::string::npos;
}

}  // namespace mlops::runner
