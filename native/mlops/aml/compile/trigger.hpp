#pragma once

#include <mlops/aml/compile/fields.hpp>

namespace mlops::aml {

/// When a schedule runs: `type: cron` or `type: recurrence`, as a schedule's `trigger`.
json::value trigger(const Scope& scope, const Node& node);

}  // namespace mlops::aml
