#pragma once

#include <mlops/aml/models.hpp>
#include <string>

namespace mlops::tasks::model_register {

/// The Markdown for the run's summary page: the version and what is known of its origin. Values from outside stay
/// inside their cells.
std::string summary(const aml::ModelVersion& model, const aml::TextMap& properties, bool adopted);

}  // namespace mlops::tasks::model_register
