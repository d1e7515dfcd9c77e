#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/connection_file.hpp>
#include <mlops/emulator/identity/secrets.hpp>

namespace mlops::emulator {

namespace {

std::string quoted(const std::string& value) {
  constexpr std::string_view k_plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:";
  if (value.find_first_not_of(k_plain) == std::string::npos) return value;
  return '\'' + core::replace_all(value, "'", "'\\''") + '\'';
}

}  // namespace

std::string connection_variables(const Context& context) {
  const Settings& settings = context.settings;
  const std::string id = k_connection_id;
  const json::value authorization{{"scheme", "ServicePrincipal"},
                                  {"parameters",
                                   {{"serviceprincipalid", settings.client_id},
                                    {"serviceprincipalkey", context.secrets.client_secret},
                                    {"tenantid", settings.tenant},
                                    {"authenticationType", "spnKey"}}}};
  std::string text =
      "# The service connection of this aml-emulator, as the Azure Pipelines agent hands one to a task. It holds a "
      "secret.\n"
      "# A shell takes no names with dashes, so run a program under these variables with env:\n"
      "#   env -S \"$(grep -v '^#' connection.env | tr '\\n' ' ')\" PROGRAM\n";
  const auto add = [&](const std::string& name, const std::string& value) {
    text += fmt::format("{}={}\n", name, quoted(value));
  };
  const std::string root = context.base_url + "/";
  add("ENDPOINT_URL_" + id, root);
  add("ENDPOINT_AUTH_" + id, json::serialize(authorization));
  add("ENDPOINT_AUTH_SCHEME_" + id, "ServicePrincipal");
  const std::string parameter = "ENDPOINT_AUTH_PARAMETER_" + id + "_";
  add(parameter + "SERVICEPRINCIPALID", settings.client_id);
  add(parameter + "SERVICEPRINCIPALKEY", context.secrets.client_secret);
  add(parameter + "TENANTID", settings.tenant);
  add(parameter + "AUTHENTICATIONTYPE", "spnKey");
  const std::string data = "ENDPOINT_DATA_" + id + "_";
  add(data + "SUBSCRIPTIONID", context.workspaces.subscription());
  add(data + "SUBSCRIPTIONNAME", "aml-emulator");
  add(data + "ENVIRONMENT", "AzureStack");
  add(data + "ACTIVEDIRECTORYAUTHORITY", root);
  add(data + "ENVIRONMENTAUTHORITYURL", root);
  add(data + "ACTIVEDIRECTORYSERVICEENDPOINTRESOURCEID", root);
  add(data + "AZUREKEYVAULTDNSSUFFIX", "vault.localhost");
  add(data + "STORAGEENDPOINTSUFFIX", "localhost");
  add("MLOPS_EMULATOR_CONNECTION", id);
  add("MLOPS_EMULATOR_URL", context.base_url);
  if (!context.ca_file.empty()) add("AGENT_CAINFO", context.ca_file.string());
  return text;
}

void write_connection_file(const Context& context) {
  write_private_file(context.settings.connection_file, connection_variables(context));
}

}  // namespace mlops::emulator
