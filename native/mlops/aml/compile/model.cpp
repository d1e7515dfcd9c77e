#include <mlops/aml/compile/compile.hpp>

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

}  // namespace

Compiled compile_model(const Scope& scope, const Node& node) {
  Compiled compiled;
  json::object properties = filled(scope, node, model_table());
  read_asset_name(compiled, node);
  if (!properties.contains("modelType")) properties["modelType"] = "custom_model";
  const Node path = node.at("path");
  const std::string text = path.as_string();
  const bool remote =
      (text.find("://") != std::string::npos && text.rfind("file:", 0) != 0) || text.rfind("runs:/", 0) == 0;
  if (remote) {
    properties["modelUri"] = in_long_form(scope, text);
  } else {
    const auto datastore = node.find("datastore");
    const Uploaded uploaded = scope.resolver.upload(resolve_path(scope.folder, text), path.place(), compiled.name,
                                                    datastore ? datastore->as_string() : "");
    properties["modelUri"] = long_datastore_uri(scope.resolver.workspace_id(), uploaded.datastore, uploaded.path);
  }
  properties["isAnonymous"] = false;
  properties["isArchived"] = false;
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
