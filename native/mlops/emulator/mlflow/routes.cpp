#include <memory>
#include <mlops/emulator/mlflow/routes.hpp>
#include <mlops/emulator/mlflow/wire.hpp>

namespace mlops::emulator {

void add_mlflow_routes(Router& router, Context& context) {
  MlflowRoutes routes(router, context, std::make_shared<Runs>(context.database, context.clock));
  add_experiment_routes(routes);
  add_run_routes(routes);
  add_run_search_routes(routes);
  add_registry_routes(routes);
  add_logged_model_routes(routes);
  add_artifact_routes(router, context, routes);
}

}  // namespace mlops::emulator
