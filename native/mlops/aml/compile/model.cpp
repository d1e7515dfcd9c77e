#include <mlops/aml/compile/compile.hpp>
#include <mlops/core/hash.hpp>

namespace mlops::aml {

namespace {

json::value flavor(const Scope& scope, const Node& node) {
  return {{"data", convert::texts(scope, node)}};
}

const Table& model_table() {
  static const Table table = {
      {"name", "", nullptr, true},
      {"version", "", nullptr},
      {"type", "modelType",
       convert::choice(
           {{"custom_model", "custom_model"}, {"mlflow_model", "mlflow_model"}, {"triton_model", "triton_model"}})},
      {"path", "", nullptr, true},
      {"description", "description", convert::text},
      {"tags", "tags", convert::texts},
      {"properties", "properties", convert::texts},
      {"stage", "stage", convert::text},
      {"flavors", "flavors", convert::named(flavor)},
      {"datastore", "", nullptr},
      {"id", "", nullptr},
      {"job_name", "", nullptr},
      {"latest_version", "", nullptr},
      {"utc_time_created", "", nullptr},
      {"auto_delete_setting", "", convert::not_in_api},
      {"system_metadata", "", convert::not_in_api},
      {"default_deployment_template", "", convert::not_in_api},
      {"allowed_deployment_templates", "", convert::not_in_api},
      {"creation_context", "", nullptr},
  };
  return table;
}

// The short form of a datastore's address leaves open whose datastore it is.
std::string in_long_form(const Scope& scope, const std::string& uri) {
  if (uri.rfind("azureml://datastores/", 0) != 0) return uri;
  const DatastorePath place = parse_datastore_uri(uri);
  return long_datastore_uri(scope.resolver.workspace_id(), place.datastore, place.path);
}

bool is_remote(const std::string& path) {
  return (path.find("://") != std::string::npos && path.rfind("file:", 0) != 0) || path.rfind("runs:/", 0) == 0;
}

struct ModelContent {
  json::object properties;
  std::string hash;  ///< of the files, or of their address
};

ModelContent content_of(const Scope& scope, const Node& node, const Table& table, const std::string& name) {
  ModelContent content{filled(scope, node, table), {}};
  json::object& properties = content.properties;
  properties.emplace("modelType", "custom_model");
  const Node path = node.at("path");
  const std::string text = path.as_string();
  if (is_remote(text)) {
    content.hash = core::sha256_hex(text);
    properties["modelUri"] = in_long_form(scope, text);
  } else {
    const auto datastore = node.find("datastore");
    const Uploaded uploaded = scope.resolver.upload(resolve_path(scope.folder, text), path.place(), name,
                                                    datastore ? datastore->as_string() : "");
    content.hash = core::sha256_hex(uploaded.hash);
    properties["modelUri"] = in_long_form(scope, uploaded.uri());
  }
  properties["isArchived"] = false;
  return content;
}

}  // namespace

Compiled compile_model(const Scope& scope, const Node& node) {
  Compiled compiled;
  read_asset_name(compiled, node);
  ModelContent content = content_of(scope, node, model_table(), compiled.name);
  content.properties["isAnonymous"] = false;
  compiled.body["properties"] = std::move(content.properties);
  return compiled;
}

std::string anonymous_model_id(const Scope& scope, const Node& node) {
  Table table = model_table();
  table.front().required = false;  // the name
  const auto path = node.find("path");
  const std::string name = path ? std::filesystem::path(path->as_string()).filename().string() : "";
  ModelContent content = content_of(scope, node, table, name);
  content.properties["isAnonymous"] = true;
  return scope.resolver.anonymous(k_model, content.hash, "1", {{"properties", content.properties}});
}

}  // namespace mlops::aml
