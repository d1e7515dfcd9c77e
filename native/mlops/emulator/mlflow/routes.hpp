#pragma once

#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

/// MLflow's tracking and model-registry REST API and its artifact proxy below /mlflow/v1.0 and /mlflow/v2.0. A job's
/// run has the job's name as its id. https://mlflow.org/docs/latest/rest-api.html
void add_mlflow_routes(Router& router, Context& context);

}  // namespace mlops::emulator
