#pragma once

#include <mlops/runner/model/pipeline.hpp>
#include <mlops/runner/settings.hpp>

namespace mlops::runner {

/// Whether a name is among those that were selected; without a selection, all are.
bool is_selected(const std::set<std::string>& selection, const std::string& name);

/// Whether every name of --stage, --job, --approve and --reject is one of the pipeline. Throws core::Error with the
/// nearest name, and those there are.
void check_names(const Pipeline& pipeline, const Settings& settings);

}  // namespace mlops::runner
