#include <fmt/format.h>

#include <ctime>
#include <mlops/core/text.hpp>
#include <mlops/emulator/blob/sas.hpp>
#include <mlops/emulator/blob/service.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

namespace {

using Operation = Response (*)(const BlobRequest&);

Response create_container(const BlobRequest& request) {
  if (request.context.blobs.has_container(request.container)) {
    throw ServiceError(409, "ContainerAlreadyExists", "The specified container already exists.");
  }
  request.context.blobs.create_container(request.container);
  return Response::empty(201);
}

Response container_properties(const BlobRequest&) {
  Response response = Response::empty(200);
  response.headers.set("ETag", "\"0x1\"");
  return response;
}

struct Choice {
  Operation operation = nullptr;
  const char* permissions = "";
};

Choice choose_for_container(const std::string& method, const BlobRequest& request) {
  if (method == "GET" && request.query("comp") == "list") return {list_blobs, "l"};
  if (method == "PUT" && request.query("comp").empty()) return {create_container, "cw"};
  if ((method == "GET" || method == "HEAD") && request.query("comp").empty()) return {container_properties, "rl"};
  return {};
}

Choice choose(const std::string& method, const BlobRequest& request) {
  if (request.blob.empty() || request.query("restype") == "container") return choose_for_container(method, request);
  const std::string comp = request.query("comp");
  if (method == "PUT" && comp.empty()) return {put_blob, "cw"};
  if (method == "PUT" && comp == "block") return {put_block, "cw"};
  if (method == "PUT" && comp == "blocklist") return {put_block_list, "cw"};
  if (method == "PUT" && comp == "metadata") return {put_metadata, "w"};
  if (method == "GET" && comp.empty()) return {get_blob, "r"};
  if (method == "GET" && comp == "blocklist") return {get_block_list, "r"};
  if ((method == "GET" || method == "HEAD") && (comp.empty() || comp == "metadata")) return {get_blob_properties, "r"};
  if (method == "DELETE" && comp.empty()) return {delete_blob, "d"};
  return {};
}

void check_access(const BlobRequest& request, const std::string& permissions) {
  const std::string authorization = request.http.header("Authorization");
  if (!request.http.query_value("sig") && authorization.starts_with("Bearer ")) {
    if (request.context.tokens.check(authorization.substr(7)) == Tokens::Check::valid) return;
    throw ServiceError(401, "InvalidAuthenticationInfo",
                       "Authentication information is not given in the correct format.");
  }
  const BlobAccess access{request.container, request.blob, permissions};
  if (const auto refusal = check_storage_access(request.http, access, request.context.secrets.account_key,
                                                request.context.clock.now())) {
    throw *refusal;
  }
}

// Everything behind the container, decoded, slashes as they came.
std::string blob_name(const Request& request) {
  const auto host_end = request.path.find('/', 1);
  const auto container_end = request.path.find('/', host_end + 1);
  return container_end == std::string::npos ? "" : http::decode(request.path.substr(container_end + 1));
}

Response answer(Context& context, Blocks& blocks, const Request& http) {
  const BlobRequest request{http, context, blocks, http.parameter("container"), blob_name(http)};
  const Choice choice = choose(http.method, request);
  if (!choice.operation) {
    throw ServiceError(400, "UnsupportedHttpVerb", "The resource doesn't support the specified HTTP verb.");
  }
  check_access(request, choice.permissions);
  if (choice.operation != create_container && !context.blobs.has_container(request.container)) {
    throw ServiceError(404, "ContainerNotFound", "The specified container does not exist.");
  }
  return choice.operation(request);
}

Response xml_error(const ServiceError& error) {
  Response response = Response::of_text(
      error.status(), "application/xml",
      fmt::format("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{}</Code><Message>{}</Message></Error>",
                  error.code(), escape_xml(error.message())));
  response.headers.set("x-ms-error-code", error.code());
  return response;
}

}  // namespace

void add_blob_routes(Router& router, Context& context, Blocks& blocks) {
  const Handler handler = [&context, &blocks](const Request& request) {
    Response response;
    try {
      response = answer(context, blocks, request);
    } catch (const ServiceError& error) {
      response = xml_error(error);
    }
    const std::string version = request.header("x-ms-version");
    response.headers.set("x-ms-version", version.empty() ? "2021-12-02" : version);
    response.headers.set("Date", to_http_date(context.clock.now()));
    return response;
  };
  const std::string pattern = fmt::format("/{}/{{container}}/{{*blob}}", k_storage_host);
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE"}) {
    router.add(core::to_lower(method) + "-blob", method, pattern, handler, Access::open);
  }
}

void check_write_conditions(const BlobRequest& request) {
  const auto blob = request.context.blobs.find(request.container, request.blob);
  const std::string none_match = request.http.header("If-None-Match");
  const std::string match = request.http.header("If-Match");
  if (none_match == "*" && blob) throw ServiceError(409, "BlobAlreadyExists", "The specified blob already exists.");
  const bool refused = (!match.empty() && (!blob || (match != "*" && match != blob->etag))) ||
                       (!none_match.empty() && blob && none_match == blob->etag);
  if (refused) {
    throw ServiceError(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");
  }
}

std::map<std::string, std::string> metadata_of(const Request& request) {
  constexpr std::string_view k_prefix = "x-ms-meta-";
  std::map<std::string, std::string> metadata;
  for (const auto& [name, value] : request.headers.fields()) {
    const std::string lower = core::to_lower(name);
    if (lower.starts_with(k_prefix)) metadata[lower.substr(k_prefix.size())] = value;
  }
  return metadata;
}

void add_blob_headers(Response& response, const BlobInfo& info) {
  response.headers.set("ETag", info.etag);
  response.headers.set("Last-Modified", to_http_date(info.modified));
  response.headers.set("x-ms-server-encrypted", "true");
}

std::string to_http_date(core::SystemTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace mlops::emulator
