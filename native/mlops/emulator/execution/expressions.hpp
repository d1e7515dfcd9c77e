#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

/// Finds the text for a name such as "inputs.data"; empty when there is no such name.
using NameLookup = std::function<std::optional<std::string>(const std::string& name)>;

/// Replaces each `${{ name }}` by its text, as it is: Azure ML quotes nothing. Throws core::Error "expression-unknown"
/// for a name that is not there; `what` says in the message where the text stands ("the command").
std::string substitute(const std::string& text, const NameLookup& lookup, const std::string& what);

/// The same for a command, where `$[[ ... ]]` is left out unless everything it names is there.
std::string substitute_command(const std::string& command, const NameLookup& lookup);

/// The names in a text's `${{ }}`, in order.
std::vector<std::string> names_in(const std::string& text);

/// The name when the text is one `${{ name }}` and nothing else.
std::optional<std::string> sole_name(const std::string& text);

/// A duration such as "PT1H30M" or "P1DT2S". Empty when the text is something else.
std::optional<std::chrono::seconds> parse_duration(const std::string& text);

}  // namespace mlops::emulator
