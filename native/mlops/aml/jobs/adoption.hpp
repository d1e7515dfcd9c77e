#pragma once

#include <functional>
#include <mlops/aml/jobs/naming.hpp>
#include <optional>
#include <string>

namespace mlops::aml {

/// What stands under a job's name: nothing, the same job alive or completed, the same or another one at its end.
enum class Standing { free, same, ended, other };

/// Of the same job, by its status: alive or completed, or at its end without success.
Standing standing_of(const std::string& status);

/// The name that a job gets, or the one that is adopted.
struct Settled {
  std::string name;
  bool adopted = false;
};

/// Looks through the names for what an interrupted run of the same pipeline left, alive or completed, and adopts it;
/// otherwise the first free name, with a suffix where an ended job has taken it. `force` adopts nothing. A `given`
/// name that belongs to another definition is taken. Empty when no name is left.
std::optional<Settled> settle_name(const JobName& name, bool given, bool force,
                                   const std::function<Standing(const std::string&)>& standing);

}  // namespace mlops::aml
