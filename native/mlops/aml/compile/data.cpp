#include <fmt/format.h>

#include <mlops/aml/compile/compile.hpp>

namespace mlops::aml {

namespace {

const Table& data_table() {
  static const Table table = {
      {"name", "", nullptr, true},
      {"version", "", nullptr},
      {"type", "dataType",
       convert::choice({{"uri_file", "uri_file"}, {"uri_folder", "uri_folder"}, {"mltable", "mltable"}})},
      {"path", "", nullptr, true},
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

// What the MLTable file's `paths` refer to; the service wants them beside the data.
json::array referenced_uris(const std::filesystem::path& folder) {
  json::array uris;
  const document::Document table = document::Document::load(folder / "MLTable");
  const auto paths = table.root().find("paths");
  if (!paths) return uris;
  for (const auto& path : paths->children()) {
    for (const auto& [how, what] : path.members()) uris.push_back(json::value(what.as_text()));
  }
  return uris;
}

void require_form(const Node& path, const std::filesystem::path& local, const std::string& type) {
  const bool folder = std::filesystem::is_directory(local);
  if (folder == (type != "uri_file") || !std::filesystem::exists(local)) return;
  throw path.error(
      "value-invalid",
      fmt::format("\"{}\" is a {}, but the data asset is a {}.", local.string(), folder ? "folder" : "file", type),
      folder ? "Write `type: uri_folder`." : "Write `type: uri_file`.");
}

}  // namespace

Compiled compile_data(const Scope& scope, const Node& node) {
  Compiled compiled;
  json::object properties = filled(scope, node, data_table());
  read_asset_name(compiled, node);
  if (!properties.contains("dataType")) properties["dataType"] = "uri_folder";
  const std::string type(properties["dataType"].get_string());
  const Node path = node.at("path");
  const std::string text = path.as_string();
  if (text.find("://") != std::string::npos && text.rfind("file:", 0) != 0) {
    properties["dataUri"] = text;
  } else {
    const auto local = resolve_path(scope.folder, text);
    require_form(path, local, type);
    if (type == "mltable") properties["referencedUris"] = referenced_uris(local);
    const auto datastore = node.find("datastore");
    properties["dataUri"] =
        scope.resolver.upload(local, path.place(), compiled.name, datastore ? datastore->as_string() : "").uri();
  }
  properties["isAnonymous"] = false;
  properties["isArchived"] = false;
  compiled.body["properties"] = std::move(properties);
  return compiled;
}

}  // namespace mlops::aml
