#include <mlops/emulator/execution/output_assets.hpp>
#include <mlops/emulator/versions.hpp>

namespace mlops::emulator {

namespace {

void register_one(Context& context, const JobId& job, const JobOutput& output, const std::string& uri) {
  const bool model = output.type.ends_with("_model");
  const std::string kind = model ? "models" : "data";
  json::object properties{{"tags", json::object()},
                          {"properties", json::object()},
                          {"isArchived", false},
                          {"isAnonymous", false},
                          {"jobName", job.name}};
  properties[model ? "modelUri" : "dataUri"] = uri;
  properties[model ? "modelType" : "dataType"] = output.type;
  if (model) properties["flavors"] = json::object();
  context.database.transaction([&] {
    const Store::Query stored{.workspace = job.workspace.id, .kind = kind, .name = output.asset_name};
    const std::string version =
        output.asset_version.empty() ? next_version(context.store.list(stored)) : output.asset_version;
    context.store.put({job.workspace.id, kind, output.asset_name, version}, {{"properties", std::move(properties)}});
  });
}

}  // namespace

void register_outputs(Context& context, const JobId& job, const JobOutputs& outputs,
                      const std::map<std::string, std::string>& uris) {
  for (const auto& [name, output] : outputs) {
    const auto uri = uris.find(name);
    if (!output.asset_name.empty() && uri != uris.end()) register_one(context, job, output, uri->second);
  }
}

}  // namespace mlops::emulator
