#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/rollback_target.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

using Deployments = std::vector<json::value>;

std::string name_of(const json::value& deployment) {
  return aml::text_at(deployment, "name");
}

std::optional<aml::AssetVersion> model_of(const json::value& deployment) {
  const std::string id = aml::text_at(deployment, "properties.model");
  if (id.rfind("/subscriptions/", 0) != 0 || id.find("/versions/") == std::string::npos) return std::nullopt;
  return aml::parse_version_id(id);
}

const json::value* find(const Deployments& deployments, const std::string& name) {
  const auto found = std::find_if(deployments.begin(), deployments.end(),
                                  [&](const auto& deployment) { return name_of(deployment) == name; });
  return found == deployments.end() ? nullptr : &*found;
}

core::Error impossible(const std::string& why, const Deployments& deployments) {
  std::vector<std::string> names;
  for (const auto& deployment : deployments) names.push_back(name_of(deployment));
  return {"rollback-impossible",
          fmt::format("the traffic can't go back: {}.", why),
          {},
          fmt::format("Deployments of the endpoint: {}. Deploy the older version of the model anew (action deploy with "
                      "modelVersion); keepPrevious keeps what served before for the next time.",
                      names.empty() ? "none" : core::join(names, ", "))};
}

std::string serving_version_of(const std::string& version, const Deployments& deployments) {
  for (const auto& deployment : deployments) {
    const auto model = model_of(deployment);
    if (model && model->version == version && !is_trial(deployment)) return name_of(deployment);
  }
  throw impossible(fmt::format("no deployment serves version {}", version), deployments);
}

std::string previous(const std::string& build, const aml::Traffic& traffic, const Deployments& deployments) {
  const std::string serving = main_deployment(traffic);
  const json::value* now = find(deployments, serving);
  if (!now) throw impossible("nothing has traffic now", deployments);
  if (!build.empty() && tag_of(*now, k_returned_by) == build) return serving;
  const std::string before = main_deployment(traffic_of_tag(tag_of(*now, k_previous_traffic)));
  if (before.empty()) throw impossible(fmt::format("nothing served before {}", serving), deployments);
  if (find(deployments, before)) return before;
  throw impossible(fmt::format("{}, which served before {}, is gone", before, serving), deployments);
}

}  // namespace

std::string rollback_target(const Wanted& wanted, const aml::Traffic& traffic, const Deployments& deployments) {
  if (wanted.deployment.empty()) {
    return wanted.model_version.empty() ? previous(wanted.build, traffic, deployments)
                                        : serving_version_of(wanted.model_version, deployments);
  }
  if (find(deployments, wanted.deployment)) return wanted.deployment;
  throw impossible(fmt::format("there is no deployment \"{}\"", wanted.deployment), deployments);
}

Documents documents_of_rollback(aml::Workspace& workspace, const Options& options, const aml::YamlFile& endpoint_file) {
  const aml::Plan nothing;
  aml::WorkspaceResolver resolver(workspace, nothing, true);
  Documents documents;
  documents.endpoint = aml::compile_endpoint(endpoint_file, resolver);
  aml::OnlineEndpoints endpoints(workspace);
  const std::string& name = documents.endpoint.name;
  const auto endpoint = endpoints.find(name);
  if (!endpoint) {
    throw core::Error("not-found", fmt::format("the endpoint \"{}\" does not exist.", name), documents.endpoint.place,
                      "Nothing can go back where nothing was deployed.");
  }
  const auto deployments = endpoints.deployments(name);
  const std::string build = agent::pipeline_run(workspace.services().variables).build_id;
  const std::string target =
      rollback_target({options.deployment_name, options.model_version, build}, aml::traffic_of(*endpoint), deployments);
  const json::value& there = *find(deployments, target);
  documents.deployment.name = target;
  documents.deployment.endpoint = name;
  documents.deployment.body = there.as_object();
  documents.model = model_of(there);
  if (options.tag && !documents.model) {
    workspace.services().log.warning(
        fmt::format("the deployment {} holds no registered model of this workspace: the tag stays where it is.",
                    target),
        {}, "tag-unmoved");
  }
  return documents;
}

}  // namespace mlops::tasks::deploy_aks
