#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/environment.hpp>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/yaml.hpp>
#include <mlops/core/hash.hpp>

namespace mlops::aml {

namespace {

constexpr const char* k_anonymous_name = "CliV2AnonymousEnvironment";
// Microsoft's own; the service itself knows what their names and labels stand for.
constexpr std::string_view k_curated = "azureml:AzureML-";

const Table& route_table() {
  static const Table table = {{"port", "port", convert::integer, true}, {"path", "path", convert::text, true}};
  return table;
}

const Table& inference_table() {
  static const Table table = {
      {"liveness_route", "livenessRoute", convert::mapping(route_table(), "a route"), true},
      {"readiness_route", "readinessRoute", convert::mapping(route_table(), "a route"), true},
      {"scoring_route", "scoringRoute", convert::mapping(route_table(), "a route"), true},
  };
  return table;
}

// The content stands in the file, or in a file of its own.
json::value conda_file(const Scope& scope, const Node& node) {
  if (!node.is_string()) return json::value(conda_text(node.value()));
  const auto file = resolve_path(scope.folder, node.as_string());
  if (!std::filesystem::is_regular_file(file)) {
    throw node.error("file-missing", fmt::format("there is no conda file \"{}\".", file.string()),
                     "Paths count from the folder of the YAML file.");
  }
  return json::value(conda_text(document::Document::load(file).value()));
}

const Table& build_table() {
  static const Table table = {{"path", "", nullptr, true}, {"dockerfile_path", "dockerfilePath", convert::text}};
  return table;
}

json::value build_context(const Scope& scope, const Node& node) {
  json::object body = filled(scope.as("a build context"), node, build_table());
  const Node path = node.at("path");
  const std::string text = path.as_string();
  if (text.find("://") != std::string::npos) {
    body["contextUri"] = text;
    return body;
  }
  const auto local = resolve_path(scope.folder, text);
  const Uploaded uploaded = scope.resolver.upload(local, path.place(), local.filename().string(), "");
  body["contextUri"] = scope.resolver.blob_url(uploaded) + "/";
  return body;
}

const Table& environment_table() {
  static const Table table = {
      {"name", "", nullptr},
      {"version", "", nullptr},
      {"image", "image", convert::text},
      {"conda_file", "condaFile", conda_file},
      {"build", "build", build_context},
      {"os_type", "osType", convert::choice({{"linux", "Linux"}, {"windows", "Windows"}})},
      {"inference_config", "inferenceConfig", convert::mapping(inference_table(), "an inference configuration")},
      {"description", "description", convert::text},
      {"tags", "tags", convert::texts},
      {"properties", "properties", convert::texts},
      {"datastore", "", nullptr},
      {"id", "", nullptr},
      {"latest_version", "", nullptr},
      {"auto_delete_setting", "", convert::not_in_api},
      {"creation_context", "", nullptr},
  };
  return table;
}

// Python's `separator.join(text)`: between all characters of a text.
std::string joined_by(const std::string& separator, const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (!result.empty()) result += separator;
    result += c;
  }
  return result;
}

}  // namespace

json::object environment_properties(const Scope& scope, const Node& node, bool anonymous) {
  const Scope own = scope.as("an environment");
  if (node.is_mapping() && (node.find("channels") || node.find("dependencies"))) {
    throw node.error("key-unknown", "this is a conda file, not an environment.",
                     "Write `image:` and `conda_file: <this file>` into a file of its own.");
  }
  json::object properties = filled(own, node, environment_table());
  if (properties.contains("image") == properties.contains("build")) {
    throw node.error("key-missing", "an environment needs either \"image\" or \"build\".");
  }
  if (properties.contains("build") && properties.contains("condaFile")) {
    throw node.at("conda_file")
        .error("value-invalid", "\"conda_file\" goes with \"image\", not with \"build\".",
               "Install the packages in the Dockerfile.");
  }
  properties["isAnonymous"] = anonymous;
  properties["isArchived"] = false;
  return properties;
}

std::string anonymous_environment_version(const json::object& properties, const std::string& context_hash) {
  std::string hash = core::sha256_hex(context_hash);
  const json::value value(properties);
  if (context_hash.empty()) {
    hash = core::sha256_hex(text_at(value, "image"));
    if (properties.contains("inferenceConfig")) {
      hash = joined_by(hash, core::sha256_hex(conda_text(to_snake_case(properties.at("inferenceConfig")))));
    }
    const std::string conda = text_at(value, "condaFile");
    if (!conda.empty()) hash = joined_by(hash, core::sha256_hex(conda));
  } else if (const std::string dockerfile = text_at(value, "build.dockerfilePath"); !dockerfile.empty()) {
    hash = joined_by(hash, core::sha256_hex(dockerfile));
  }
  return core::sha256_hex(hash);
}

json::value environment_id(const Scope& scope, const Node& node) {
  if (node.is_string()) {
    const std::string text = node.as_string();
    if (text.rfind(k_curated, 0) == 0) return json::value(text);
    if (AssetReference::parse(text)) return json::value(scope.resolver.asset(k_environment, text, node.place()));
    const bool file = text.rfind("file:", 0) == 0 || text.find(".yml") != std::string::npos ||
                      text.find(".yaml") != std::string::npos;
    if (!file) return json::value(scope.resolver.asset(k_environment, "azureml:" + text, node.place()));
    const auto path = resolve_path(scope.folder, text);
    const document::Document document = scope.resolver.load(path, node.place());
    return environment_id({scope.resolver, path.parent_path(), scope.what}, document.root());
  }
  const json::object properties = environment_properties(scope, node, true);
  // The build context's address holds the hash of its content: .../LocalUpload/<hash>/<folder>/
  const std::string context = text_at(properties, "build.contextUri");
  constexpr std::string_view k_upload = "/LocalUpload/";
  const auto at = context.find(k_upload);
  const std::string hash = at == std::string::npos ? context : context.substr(at + k_upload.size(), 64);
  return json::value(scope.resolver.anonymous(
      k_environment, k_anonymous_name, anonymous_environment_version(properties, hash), {{"properties", properties}}));
}

}  // namespace mlops::aml
