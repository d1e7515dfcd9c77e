#pragma once

#include <boost/json.hpp>
#include <mlops/core/error.hpp>
#include <mlops/tasks/arm-deploy/options.hpp>
#include <string>

namespace mlops::tasks::arm_deploy {

/// What is sent for a deployment. The template stands in it as it is written, so that the service's line numbers are
/// those of the file. Throws core::Error for files that are missing or no JSON, for a parameter that the template has
/// not, and for one of `parameters` whose value does not fit its type.
/// https://learn.microsoft.com/rest/api/resources/deployments
std::string request_body(const Options& options);

/// An error of the service with the place in the template that its text names ("at line '12' and column '9'").
core::Error with_template_place(const core::Error& error, const Options& options);

}  // namespace mlops::tasks::arm_deploy
