#pragma once
// aml-submit: creates what CLI v2 files describe in an Azure ML workspace; jobs are watched to their end.

#include <mlops/agent/input.hpp>

namespace mlops::tasks::aml_submit {

const agent::TaskSpec& spec();

}  // namespace mlops::tasks::aml_submit
