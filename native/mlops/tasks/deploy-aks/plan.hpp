#pragma once

#include <boost/json.hpp>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::tasks::deploy_aks {

namespace json = boost::json;

/// Tags by which the task knows its own deployments again.
inline constexpr const char* k_managed_by = "mlops.managedBy";
inline constexpr const char* k_us = "deploy-aks";
inline constexpr const char* k_content = "mlops.contentHash";

/// A hash of what makes a deployment: two with the same hash serve alike.
std::string content_hash(const json::object& body);

/// The names that a new deployment of a model version may have, best first: with the version alone, and with the
/// content's hash for when the same version is deployed with other settings. 3 to 32 characters each.
std::vector<std::string> name_candidates(const std::string& model_version, const std::string& hash);

/// What to do with a deployment that already has the wanted name.
enum class Existing {
  none,     ///< there is none: create it
  adopt,    ///< it is what we want
  wait,     ///< it is being made or changed
  replace,  ///< it failed, or holds something else and has no traffic: delete it first
  other,    ///< it holds something else and has traffic: it must not be touched
};

Existing judge(const std::optional<json::value>& deployment, const std::string& hash, const aml::Traffic& traffic);

/// The traffic when the deployment has its percentage; the others share the rest in proportion to what they had. The
/// first deployment of an endpoint gets everything.
aml::Traffic traffic_after(const aml::Traffic& before, const std::string& deployment, int percent);

/// Deployments of ours that have no traffic and are not the one named.
std::vector<std::string> removable(const std::vector<json::value>& deployments, const aml::Traffic& traffic,
                                   const std::string& keep);

/// The one with most of the traffic; empty when there is none.
std::string main_deployment(const aml::Traffic& traffic);

/// "blue 90 %, green 10 %", or "none".
std::string to_text(const aml::Traffic& traffic);

}  // namespace mlops::tasks::deploy_aks
