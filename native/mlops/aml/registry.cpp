#include <fmt/format.h>

#include <mlops/aml/json_access.hpp>
#include <mlops/aml/registry.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>

namespace mlops::aml {

namespace {

constexpr const char* k_registries = "/registries/";

core::Error not_in_registry(const std::string& what, const std::string& reference, const core::FilePlace& place) {
  return {"value-invalid", fmt::format("a registry has no {}, so \"{}\" can't be used here.", what, reference), place,
          "What stands in a registry must hold in every workspace."};
}

}  // namespace

std::string find_registry(Workspace& workspace, const std::string& registry) {
  if (registry.rfind("/subscriptions/", 0) == 0) return registry;
  const std::string url = fmt::format("{}/registrymanagement/v1.0/registries/{}/discovery", workspace.service_url(),
                                      http::encode(registry));
  const auto found = workspace.ask("GET", url, nullptr, fmt::format("can't find the registry \"{}\"", registry));
  const std::string subscription = found ? text_at(*found, "subscriptionId") : "";
  if (subscription.empty()) {
    throw core::Error("not-found", fmt::format("there is no registry \"{}\".", registry), {},
                      "Check the name, and that the service connection may read the registry; or give its ARM id.");
  }
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/registries/{}",
                     subscription, http::encode(text_at(*found, "resourceGroup")), http::encode(registry));
}

std::string registry_reference(const std::string& id) {
  const auto at = id.find(k_registries);
  return at == std::string::npos || id.rfind("azureml://", 0) == 0 ? id : "azureml:/" + id.substr(at);
}

RegistryResolver::RegistryResolver(Workspace& registry, std::string workspace_id, std::string path, const Plan& plan,
                                   bool check_only)
    : WorkspaceResolver(registry, plan, check_only),
      m_registry(registry),
      m_workspace_id(std::move(workspace_id)),
      m_path(std::move(path)),
      m_check_only(check_only) {}

std::string RegistryResolver::asset(const AssetKind& kind, const std::string& reference, const core::FilePlace& place) {
  const std::string id = WorkspaceResolver::asset(kind, reference, place);
  if (id.find("/workspaces/") != std::string::npos) throw not_in_registry("assets of a workspace", reference, place);
  return registry_reference(id);
}

std::string RegistryResolver::compute(const std::string& reference, const core::FilePlace& place) {
  throw not_in_registry("computes", reference, place);
}

std::string RegistryResolver::datastore(const std::string& reference, const core::FilePlace& place) {
  throw not_in_registry("datastores", reference, place);
}

std::string RegistryResolver::code(const CodeSource& source) {
  return registry_reference(WorkspaceResolver::code(source));
}

Uploaded RegistryResolver::upload(const std::filesystem::path& local, const core::FilePlace& place,
                                  const std::string& asset_name, const std::string& datastore) {
  if (!datastore.empty()) throw not_in_registry("datastores", datastore, place);
  const auto files = code_files({local, place, false, {}});
  const std::string name = local.filename().string();
  Uploaded uploaded;
  uploaded.folder = std::filesystem::is_directory(local);
  uploaded.path = name;
  uploaded.url = "<the place of the upload>/" + name;
  if (m_check_only) return uploaded;
  agent::Services& services = m_registry.services();
  if (services.dry_run) {
    services.log.info(fmt::format("would upload \"{}\" to the registry", name));
    return uploaded;
  }
  services.log.info(fmt::format("Uploading \"{}\" to the registry.", name));
  const PendingUpload pending = start_upload(m_registry, m_path);
  upload_marked(m_registry, pending.container, files, uploaded.folder ? name + "/" : "", asset_name,
                last_segment(m_path));
  uploaded.url = pending.blob_uri + "/" + name;
  return uploaded;
}

std::string RegistryResolver::blob_url(const Uploaded& uploaded) {
  return uploaded.url;
}

std::string RegistryResolver::anonymous(const AssetKind& kind, const std::string& name, const std::string& version,
                                        const json::value& body) {
  return registry_reference(WorkspaceResolver::anonymous(kind, name, version, body));
}

}  // namespace mlops::aml
