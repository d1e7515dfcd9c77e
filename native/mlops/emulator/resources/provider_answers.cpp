#include <fmt/format.h>

#include <map>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/provider_answers.hpp>

namespace mlops::emulator {

namespace {

namespace json = boost::json;

struct Subject {
  const std::string& id;
  const std::string& name;
  const std::string& tenant;
};

json::object identity(const Subject& subject) {
  return {{"principalId", core::random_uuid()}, {"clientId", core::random_uuid()}, {"tenantId", subject.tenant}};
}

json::object storage_account(const Subject& subject) {
  json::object endpoints;
  for (const char* service : {"blob", "file", "queue", "table", "dfs"}) {
    endpoints[service] = fmt::format("https://{}.{}.localhost/", subject.name, service);
  }
  return {{"primaryEndpoints", std::move(endpoints)}, {"statusOfPrimary", "available"}};
}

json::object vault(const Subject& subject) {
  return {{"vaultUri", fmt::format("https://{}.vault.localhost/", subject.name)}};
}

json::object registry(const Subject& subject) {
  return {{"loginServer", fmt::format("{}.acr.localhost", subject.name)}};
}

json::object log_workspace(const Subject&) {
  return {{"customerId", core::random_uuid()}};
}

json::object insights(const Subject&) {
  const std::string key = core::random_uuid();
  return {{"InstrumentationKey", key},
          {"AppId", core::random_uuid()},
          {"ConnectionString", fmt::format("InstrumentationKey={}", key)}};
}

json::object cluster(const Subject& subject) {
  const std::string group = "MC_" + subject.name;
  const std::string parent = subject.id.substr(0, subject.id.find("/resourceGroups/"));
  return {
      {"fqdn", fmt::format("{}.azmk8s.localhost", subject.name)},
      {"nodeResourceGroup", group},
      {"currentKubernetesVersion", "1.33.2"},
      {"identityProfile",
       {{"kubeletidentity",
         {{"objectId", core::random_uuid()},
          {"clientId", core::random_uuid()},
          {"resourceId",
           fmt::format("{}/resourceGroups/{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{}-agentpool",
                       parent, group, subject.name)}}}}}};
}

json::object private_zone(const Subject&) {
  return {{"maxNumberOfRecordSets", 25000}, {"numberOfRecordSets", 1}};
}

// By types in lower case.
const std::map<std::string_view, json::object (*)(const Subject&)>& answers() {
  static const std::map<std::string_view, json::object (*)(const Subject&)> k_answers = {
      {"microsoft.containerregistry/registries", registry},
      {"microsoft.containerservice/managedclusters", cluster},
      {"microsoft.insights/components", insights},
      {"microsoft.keyvault/vaults", vault},
      {"microsoft.managedidentity/userassignedidentities", identity},
      {"microsoft.network/privatednszones", private_zone},
      {"microsoft.operationalinsights/workspaces", log_workspace},
      {"microsoft.storage/storageaccounts", storage_account},
  };
  return k_answers;
}

}  // namespace

json::object provider_answers(const std::string& type, const std::string& id, const std::string& name,
                              const std::string& tenant) {
  const auto found = answers().find(core::to_lower(type));
  json::object result = found == answers().end() ? json::object() : found->second({id, name, tenant});
  result["provisioningState"] = "Succeeded";
  return result;
}

}  // namespace mlops::emulator
