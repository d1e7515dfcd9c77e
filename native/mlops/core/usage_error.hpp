#pragma once
// For programs whose options CLI11 parses; core itself does not use it.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <mlops/core/error.hpp>

namespace mlops::core {

/// A CLI::App's failure_message: one sentence on what is wrong with the arguments, with the option that an unknown one
/// may be a misspelling of, and where they are explained.
inline std::string usage_error(const CLI::App* app, const CLI::Error& error) {
  std::string sentence = fmt::format("{}.", error.what());
  const auto unknown = app->remaining();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !unknown.empty()) {
    std::vector<std::string> names;
    for (const auto* option : app->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    const auto name = unknown.front().substr(0, unknown.front().find('='));
    sentence = fmt::format("unknown argument \"{}\"{}", unknown.front(), did_you_mean(nearest(name, names)));
  }
  return fmt::format("{0}: {1} See {0} --help.\n", app->get_name(), sentence);
}

}  // namespace mlops::core
