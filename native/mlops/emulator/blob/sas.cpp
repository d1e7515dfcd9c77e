#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <functional>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/blob/blob_store.hpp>
#include <mlops/emulator/blob/sas.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_version = "2021-12-02";

ServiceError refused(const std::string& detail) {
  return {403, "AuthenticationFailed",
          "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly "
          "including the signature. " +
              detail};
}

std::string sign(const std::string& account_key, const std::string& text) {
  return core::base64(core::hmac_sha256(core::base64_decode(account_key), text));
}

bool same(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

using Field = std::function<std::string(std::string_view)>;

std::string lines_of(const Field& field, std::initializer_list<const char*> names) {
  std::string text;
  for (const char* name : names) text += field(name) + '\n';
  return text;
}

// The encryption scope is part of what is signed from version 2020-12-06 on.
bool has_encryption_scope(const Field& field) {
  return field("sv") >= "2020-12-06";
}

std::string service_string_to_sign(const Field& field, const std::string& container, const std::string& blob) {
  const std::string place = field("sr") == "c" ? container : container + '/' + blob;
  std::string text = lines_of(field, {"sp", "st", "se"});
  text += fmt::format("/blob/{}/{}\n", k_storage_account, place);
  text += lines_of(field, {"si", "sip", "spr", "sv", "sr", "snapshot"});
  if (has_encryption_scope(field)) text += field("ses") + '\n';
  text += lines_of(field, {"rscc", "rscd", "rsce", "rscl", "rsct"});
  text.pop_back();  // no line feed at the end
  return text;
}

std::string account_string_to_sign(const Field& field) {
  std::string text = std::string(k_storage_account) + '\n';
  text += lines_of(field, {"sp", "ss", "srt", "st", "se", "sip", "spr", "sv"});
  if (has_encryption_scope(field)) text += field("ses") + '\n';
  return text;
}

std::optional<core::SystemTime> time_of(std::string text) {
  if (text.size() == 10) text += "T00:00:00Z";
  if (text.size() == 17) text = text.substr(0, 16) + ":00Z";  // 2026-11-23T16:30Z
  return core::from_iso8601(text);
}

std::optional<ServiceError> check_sas(const Request& request, const BlobAccess& access, const std::string& account_key,
                                      core::SystemTime now) {
  const Field field = [&](std::string_view name) { return request.query_value(name).value_or(""); };
  const bool account = !field("ss").empty();
  const std::string expected =
      sign(account_key,
           account ? account_string_to_sign(field) : service_string_to_sign(field, access.container, access.blob));
  if (!same(field("sig"), expected)) return refused("Signature did not match.");
  const auto expiry = time_of(field("se"));
  if (!expiry || *expiry <= now)
    return refused(fmt::format("Signature not valid in the specified time frame: it ended at {}.", field("se")));
  if (const auto start = time_of(field("st")); start && *start > now) {
    return refused(fmt::format("Signature not valid in the specified time frame: it starts at {}.", field("st")));
  }
  if (field("sp").find_first_of(access.permissions) == std::string::npos) {
    return ServiceError(403, "AuthorizationPermissionMismatch",
                        "This request is not authorized to perform this operation using this permission.");
  }
  return std::nullopt;
}

std::string canonical_headers(const Request& request) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [name, value] : request.headers.fields()) {
    if (core::to_lower(name).starts_with("x-ms-")) fields.emplace_back(core::to_lower(name), core::trim(value));
  }
  std::sort(fields.begin(), fields.end());
  std::string text;
  for (const auto& [name, value] : fields) text += fmt::format("{}:{}\n", name, value);
  return text;
}

std::string canonical_resource(const Request& request) {
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& [name, value] : request.query) query.emplace_back(core::to_lower(name), value);
  std::sort(query.begin(), query.end());
  std::string text = fmt::format("/{}{}", k_storage_account, request.path);
  for (const auto& [name, value] : query) text += fmt::format("\n{}:{}", name, value);
  return text;
}

// https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
std::optional<ServiceError> check_shared_key(const Request& request, const std::string& credential,
                                             const std::string& account_key) {
  std::string text = request.method + '\n';
  for (const char* name : {"Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type",
                           "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"}) {
    const std::string value = request.header(name);
    const bool zero_length = std::string_view(name) == "Content-Length" && value == "0";
    text += (zero_length ? "" : value) + '\n';
  }
  text += canonical_headers(request) + canonical_resource(request);
  const auto colon = credential.find(':');
  if (credential.substr(0, colon) != k_storage_account) return refused("The account is not this one.");
  if (!same(credential.substr(colon + 1), sign(account_key, text))) {
    return refused("The MAC signature found in the HTTP request is not the same as any computed signature.");
  }
  return std::nullopt;
}

}  // namespace

std::string service_sas(const std::string& account_key, const std::string& container, const std::string& blob,
                        const std::string& permissions, core::SystemTime expiry) {
  const std::vector<std::pair<std::string, std::string>> fields{
      {"sv", k_version}, {"sr", blob.empty() ? "c" : "b"}, {"sp", permissions}, {"se", core::to_iso8601(expiry)}};
  const Field field = [&](std::string_view name) {
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return std::string();
  };
  std::string query;
  for (const auto& [name, value] : fields) query += name + '=' + http::encode(value) + '&';
  return query + "sig=" + http::encode(sign(account_key, service_string_to_sign(field, container, blob)));
}

std::optional<ServiceError> check_storage_access(const Request& request, const BlobAccess& access,
                                                 const std::string& account_key, core::SystemTime now) {
  if (request.query_value("sig")) return check_sas(request, access, account_key, now);
  const std::string header = request.header("Authorization");
  constexpr std::string_view k_scheme = "SharedKey ";
  if (header.starts_with(k_scheme)) return check_shared_key(request, header.substr(k_scheme.size()), account_key);
  return ServiceError(401, "NoAuthenticationInformation",
                      "Server failed to authenticate the request. Please refer to the information in the "
                      "www-authenticate header.");
}

}  // namespace mlops::emulator
