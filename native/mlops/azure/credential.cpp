#include <fmt/format.h>

#include <mlops/azure/token_source.hpp>
#include <mlops/core/text.hpp>

namespace mlops::azure {

namespace {

core::Error invalid(const agent::Connection& connection, const std::string& what) {
  return {"connection-invalid",
          fmt::format("the service connection \"{}\" {}.", connection.id(), what),
          {},
          "Edit the service connection in the project's settings and save it again."};
}

std::string required(const agent::Connection& connection, const std::string& name, const std::string& what) {
  const core::Secret value = connection.parameter(name);
  if (value.empty()) throw invalid(connection, "has no " + what);
  return value.reveal();
}

core::Secret required_secret(const agent::Connection& connection, const std::string& name, const std::string& what,
                             agent::Services& services) {
  core::Secret value(required(connection, name, what));
  services.log.add_secret(value);
  return value;
}

Principal principal_of(const agent::Connection& connection, const Cloud& cloud) {
  return {cloud.authority, required(connection, "tenantid", "tenant id"),
          required(connection, "serviceprincipalid", "service principal id")};
}

std::unique_ptr<TokenSource> service_principal_source(const agent::Connection& connection, const Cloud& cloud,
                                                      agent::Services& services) {
  const std::string type = connection.parameter("authenticationType").reveal();
  if (core::equals_ignoring_case(type, "spnCertificate")) {
    return certificate_source(principal_of(connection, cloud),
                              required_secret(connection, "servicePrincipalCertificate", "certificate", services),
                              services);
  }
  return secret_source(principal_of(connection, cloud),
                       required_secret(connection, "serviceprincipalkey", "service principal key", services), services);
}

std::string managed_identity_client(const agent::Connection& connection) {
  const std::string id = connection.data("msiclientId");
  return id.empty() ? connection.parameter("msiclientId").reveal() : id;
}

std::unique_ptr<TokenSource> source_of(const agent::Connection& connection, const Cloud& cloud,
                                       agent::Services& services) {
  const std::string& scheme = connection.scheme();
  if (scheme.empty() || core::equals_ignoring_case(scheme, "ServicePrincipal")) {
    return service_principal_source(connection, cloud, services);
  }
  if (core::equals_ignoring_case(scheme, "WorkloadIdentityFederation")) {
    return federation_source(principal_of(connection, cloud), connection.id(), services);
  }
  if (core::equals_ignoring_case(scheme, "ManagedServiceIdentity")) {
    return managed_identity_source(managed_identity_client(connection), services);
  }
  throw invalid(connection, fmt::format("signs in by \"{}\"; the known ways are ServicePrincipal, "
                                        "WorkloadIdentityFederation and ManagedServiceIdentity",
                                        scheme));
}

}  // namespace

std::unique_ptr<Credential> credential_of(const agent::Connection& connection, const Cloud& cloud,
                                          agent::Services& services) {
  return caching_credential(source_of(connection, cloud, services), services);
}

}  // namespace mlops::azure
