#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/json_access.hpp>

// The REST forms follow the schema of Microsoft.MachineLearningServices/workspaces/datastores.

namespace mlops::aml {

namespace {

/// A form of `credentials:`, told apart by the key that only it has.
struct CredentialForm {
  const char* key;
  const char* rest;
  Table table;
};

Table with_tenant(const Table& own) {
  return joined({{{"tenant_id", "tenantId", convert::text, true},
                  {"client_id", "clientId", convert::text, true},
                  {"authority_url", "authorityUrl", convert::text},
                  {"authority_uri", "authorityUrl", convert::text},
                  {"resource_url", "resourceUrl", convert::text}},
                 own});
}

const std::vector<CredentialForm>& credential_forms() {
  static const std::vector<CredentialForm> forms = {
      {"account_key", "AccountKey", {{"account_key", "secrets.key", convert::secret}}},
      {"sas_token", "Sas", {{"sas_token", "secrets.sasToken", convert::secret}}},
      {"client_secret", "ServicePrincipal", with_tenant({{"client_secret", "secrets.clientSecret", convert::secret}})},
      {"thumbprint", "Certificate",
       with_tenant(
           {{"thumbprint", "thumbprint", convert::text}, {"certificate", "secrets.certificate", convert::secret}})},
  };
  return forms;
}

json::value no_credentials() {
  return {{"credentialsType", "None"}};
}

// `keys` are those of the forms that the kind of datastore takes.
Convert credentials(std::vector<std::string> keys) {
  return [keys = std::move(keys)](const Scope& scope, const Node& node) -> json::value {
    if (node.is_mapping() && node.value().get_object().empty()) return no_credentials();
    const Scope own = scope.as("the credentials of a datastore");
    for (const auto& form : credential_forms()) {
      if (!node.find(form.key)) continue;
      if (std::find(keys.begin(), keys.end(), form.key) == keys.end()) break;
      json::object body = filled(own, node, form.table);
      body["credentialsType"] = form.rest;
      set_at(body, "secrets.secretsType", form.rest);
      if (node.find("tenant_id")) body.emplace("authorityUrl", scope.resolver.cloud().authority);
      return body;
    }
    throw node.error("value-invalid",
                     fmt::format("the credentials of such a datastore have the key {}.", fmt::join(keys, " or ")),
                     "Leave `credentials` out to open it with the identity of whoever uses it.");
  };
}

Table storage_table(const char* key, const char* target, std::vector<std::string> credential_keys) {
  return {{"account_name", "accountName", convert::text, true},
          {key, target, convert::text, true},
          {"endpoint", "endpoint", convert::text},
          {"protocol", "protocol", convert::text},
          {"credentials", "credentials", credentials(std::move(credential_keys))}};
}

const Table& artifact_table() {
  static const Table table = {
      {"name", "artifactName", convert::text, true},
      {"type", "artifactType", convert::choice({{"lake_house", "LakeHouse"}})},
  };
  return table;
}

json::value artifact(const Scope& scope, const Node& node) {
  json::object body = filled(scope.as("a OneLake artifact"), node, artifact_table());
  body.emplace("artifactType", "LakeHouse");
  return body;
}

/// What a kind of datastore has of its own.
struct StoreType {
  const char* word;
  const char* rest;
  Table table;
  bool in_account = false;  ///< of a storage account, which has an address
};

const std::vector<StoreType>& store_types() {
  static const std::vector<std::string> keys = {"account_key", "sas_token"};
  static const std::vector<std::string> principals = {"client_secret", "thumbprint"};
  static const std::vector<StoreType> types = {
      {"azure_blob", "AzureBlob", storage_table("container_name", "containerName", keys), true},
      {"azure_file", "AzureFile", storage_table("file_share_name", "fileShareName", keys), true},
      {"azure_data_lake_gen1",
       "AzureDataLakeGen1",
       {{"store_name", "storeName", convert::text, true}, {"credentials", "credentials", credentials(principals)}}},
      {"azure_data_lake_gen2", "AzureDataLakeGen2", storage_table("filesystem", "filesystem", principals), true},
      {"one_lake",
       "OneLake",
       {{"one_lake_workspace_name", "oneLakeWorkspaceName", convert::text, true},
        {"endpoint", "endpoint", convert::text, true},
        {"artifact", "artifact", artifact, true},
        {"credentials", "credentials", credentials({"client_secret"})}}},
  };
  return types;
}

const StoreType& type_of(const Scope& scope, const Node& node) {
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto& type : store_types()) words.emplace_back(type.word, type.rest);
  const std::string rest(convert::choice(words)(scope, node.at("type")).get_string());
  return *std::find_if(store_types().begin(), store_types().end(),
                       [&rest](const StoreType& type) { return rest == type.rest; });
}

const Table& common_table() {
  static const Table table = {
      {"name", "", nullptr, true},      {"type", "", nullptr}, {"description", "description", convert::text},
      {"tags", "tags", convert::texts}, {"id", "", nullptr},
  };
  return table;
}

}  // namespace

Compiled compile_datastore(const Scope& scope, const Node& node) {
  const StoreType& type = type_of(scope, node);
  json::object properties = filled(scope, node, joined({common_table(), type.table}));
  properties["datastoreType"] = type.rest;
  properties.emplace("credentials", no_credentials());
  if (type.in_account) {
    properties.emplace("protocol", "https");
    const std::string& suffix = scope.resolver.cloud().storage_suffix;
    if (!suffix.empty()) properties.emplace("endpoint", suffix);
  }
  Compiled compiled;
  read_asset_name(compiled, node);
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
