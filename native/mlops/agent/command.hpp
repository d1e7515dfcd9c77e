#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlops::agent {

/// Properties of a logging command, in order; empty values are left out.
using Properties = std::vector<std::pair<std::string, std::string>>;

/// `##vso[area.event key=value;]data` with the agent's escaping (CommandStringConvertor.cs: % first, then ; CR LF ]).
std::string format_command(std::string_view area_event, const Properties& properties, std::string_view data);

/// Text from outside made harmless: wherever "##vso[" or "##[" stands, a character is put in so that the agent neither
/// finds nor warns about a command; CR and other control characters that could rewrite a line are shown as pictures.
std::string neutralize(std::string_view text);

}  // namespace mlops::agent
