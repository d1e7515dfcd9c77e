#include <algorithm>
#include <mlops/emulator/mlflow/search.hpp>
#include <mlops/emulator/mlflow/wire.hpp>

namespace mlops::emulator {

namespace {

constexpr std::int64_t k_most = 50'000;

json::value search(const MlflowCall& call) {
  const Filter filter = Filter::parse(call.text("filter"));
  const auto experiments = call.texts("experiment_ids");
  std::vector<Run> found;
  if (!experiments.empty()) {
    for (auto& run : call.runs.list(call.workspace.id, experiments)) {
      if (in_view(call.text("run_view_type"), run.lifecycle) && filter.accepts(run)) found.push_back(std::move(run));
    }
  }
  sort_runs(found, call.texts("order_by"));
  const auto most = static_cast<std::size_t>(std::clamp<std::int64_t>(call.integer("max_results", 1000), 1, k_most));
  const auto [items, next] = page(std::move(found), call.text("page_token"), most);
  json::array runs;
  for (const auto& run : items) runs.push_back(to_json(call.workspace, run));
  json::object answer{{"runs", std::move(runs)}};
  if (!next.empty()) answer["next_page_token"] = next;
  return answer;
}

}  // namespace

void add_run_search_routes(MlflowRoutes& routes) {
  routes.add("search-runs", "POST", "runs/search", search);
}

}  // namespace mlops::emulator
