#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/online_endpoints.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <random>

namespace mlops::emulator {

namespace {

constexpr std::string_view k_bearer = "Bearer ";
constexpr const char* k_deployment_header = "azureml-model-deployment";

void check_key(const Context& context, const Resource& endpoint, const Request& request) {
  const std::string header = request.header("Authorization");
  const std::string key = header.rfind(k_bearer, 0) == 0 ? header.substr(k_bearer.size()) : std::string();
  bool known = false;
  if (text_at(*endpoint.find_properties(), "authMode") == "Key") {
    const json::object& keys = endpoint.body.at("keys").as_object();
    known = !key.empty() && (key == text_at(keys, "primaryKey") || key == text_at(keys, "secondaryKey"));
  } else {
    known = context.tokens.check(key) == Tokens::Check::valid;
  }
  if (!known) throw ServiceError(401, "Unauthorized", "The key or token of the request is missing or wrong.");
}

/// The deployment that a weight from 0 to 99 falls on; empty when no deployment has traffic.
std::string by_weight(const json::object& traffic, std::int64_t weight) {
  for (const auto& share : traffic) {
    if (!share.value().is_int64()) continue;
    weight -= share.value().get_int64();
    if (weight < 0) return share.key();
  }
  return {};
}

std::string choose(const Context& context, const Resource& endpoint, const Request& request) {
  const std::string wanted = request.header(k_deployment_header);
  if (!wanted.empty()) {
    if (context.store.find({endpoint.key.workspace, k_deployments_kind, endpoint.key.name, wanted})) return wanted;
    throw ServiceError(404, "NotFound",
                       fmt::format("The endpoint '{}' has no deployment '{}'.", endpoint.key.name, wanted));
  }
  thread_local std::minstd_rand random(std::random_device{}());
  const json::object* traffic = object_at(*endpoint.find_properties(), "traffic");
  const std::string chosen =
      traffic ? by_weight(*traffic, std::uniform_int_distribution<std::int64_t>(0, 99)(random)) : "";
  if (!chosen.empty()) return chosen;
  throw ServiceError(
      404, "NotFound",
      fmt::format("No deployment of the endpoint '{}' has traffic. Give one a share of the traffic, or name it in "
                  "the header {}.",
                  endpoint.key.name, k_deployment_header));
}

Response score(const Context& context, Scoring& scoring, const Request& request) {
  const auto workspace = context.workspaces.find(context.workspaces.subscription(), request.parameter("group"),
                                                 request.parameter("workspace"));
  if (!workspace) throw ServiceError(404, "NotFound", "There is no such endpoint.");
  const Resource endpoint = find_endpoint(context, *workspace, request.parameter("endpoint"));
  check_key(context, endpoint, request);
  return scoring.score(*workspace, endpoint.key.name, choose(context, endpoint, request), request);
}

}  // namespace

void add_scoring_routes(Router& router, Context& context, Scoring& scoring) {
  router.add(
      "post-score", "POST", "/endpoints/{group}/{workspace}/{endpoint}/score",
      [&](const Request& request) { return score(context, scoring, request); }, Access::open);
}

}  // namespace mlops::emulator
