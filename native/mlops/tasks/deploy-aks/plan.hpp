#pragma once
// Everything a rollout decides, without I/O.

#include <boost/json.hpp>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::tasks::deploy_aks {

namespace json = boost::json;

/// Tags by which the task knows its own deployments again, also after it was killed.
inline constexpr const char* k_managed_by = "mlops.managedBy";
inline constexpr const char* k_us = "deploy-aks";
inline constexpr const char* k_content = "mlops.contentHash";
/// "trial" until everything has succeeded, then "live".
inline constexpr const char* k_phase = "mlops.phase";
inline constexpr const char* k_trial = "trial";
inline constexpr const char* k_live = "live";
/// The traffic before the deployment got its share, "blue=90,green=10" or "none": a killed run's way back.
inline constexpr const char* k_previous_traffic = "mlops.previousTraffic";

/// A tag of a deployment; empty when it has none of that name.
std::string tag_of(const json::value& deployment, const char* name);

/// A hash of what makes a deployment, whatever the order of its members and its tags: two with the same hash serve
/// alike.
std::string content_hash(const json::object& body);

/// The body with our tags beside the file's own.
json::object tagged_body(json::object body, const std::string& hash, const aml::Traffic& before);

/// Who made a deployment, and what became of it.
bool is_ours(const json::value& deployment);
bool holds(const json::value& deployment, const std::string& hash);
bool is_trial(const json::value& deployment);

/// The names that a new deployment may have, best first: with the model's version alone ("model-3"; without a model the
/// file's own name), and with the content's hash for when that name holds other settings ("model-3-1a2b3c"). Azure ML
/// allows 3 to 32 letters, digits and '-'.
std::vector<std::string> name_candidates(const std::string& model_version, const std::string& file_name,
                                         const std::string& hash);

/// A legal name for a deployment given by a person; throws core::Error "input-invalid".
void check_deployment_name(const std::string& name);

/// What to do with a deployment that already has the wanted name.
enum class Existing {
  none,     ///< there is none: create it
  adopt,    ///< it is what we want
  wait,     ///< it is being made, changed or deleted
  replace,  ///< ours, without traffic, failed or with other settings: delete it first
  other,    ///< it has traffic or somebody else made it: it must not be touched
};

Existing judge(const std::optional<json::value>& deployment, const std::string& hash, const aml::Traffic& traffic);

/// The traffic to go back to. For a deployment that a killed run left on trial with traffic that is what stood before
/// its trial, as far as those deployments still exist; else what is.
aml::Traffic traffic_before(const aml::Traffic& now, const std::vector<json::value>& deployments,
                            const std::string& name);

/// The version of the model that most of the traffic goes to; empty when none of it goes to one.
std::string serving_version(const aml::Traffic& traffic, const std::vector<json::value>& deployments,
                            const std::string& model);

/// A version of a model that a killed run left on trial.
struct VersionOnTrial {
  std::string version;
  bool serves;  ///< its deployment has traffic
};

std::vector<VersionOnTrial> versions_on_trial(const aml::Traffic& traffic, const std::vector<json::value>& deployments,
                                              const std::string& model);

/// The traffic when the deployment has its percentage; the others share the rest in proportion to what they had. The
/// first deployment of an endpoint gets everything, unless it is to have nothing.
aml::Traffic traffic_after(const aml::Traffic& before, const std::string& deployment, int percent);

/// Deployments of ours that the service is done with, that were there `before` (their names), have no share of the
/// traffic, mirrored or not, and are not the one to keep.
std::vector<std::string> removable(const std::vector<json::value>& deployments, const json::value& endpoint,
                                   const std::vector<std::string>& before, const std::string& keep);

/// The one with most of the traffic; empty when there is none.
std::string main_deployment(const aml::Traffic& traffic);

/// "blue 90 %, green 10 %", or "none".
std::string to_text(const aml::Traffic& traffic);

/// Both ways of k_previous_traffic.
std::string to_tag(const aml::Traffic& traffic);
aml::Traffic traffic_of_tag(const std::string& text);

}  // namespace mlops::tasks::deploy_aks
