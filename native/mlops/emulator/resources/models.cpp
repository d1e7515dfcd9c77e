#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/assets.hpp>

namespace mlops::emulator {

namespace {

// The job that "azureml://jobs/<job>/outputs/..." or "runs:/<job>/..." names.
std::string job_of(const std::string& uri) {
  for (const std::string start : {"azureml://jobs/", "runs:/"}) {
    if (uri.starts_with(start)) return uri.substr(start.size(), uri.find('/', start.size()) - start.size());
  }
  return {};
}

// The long form, which clients can download from.
std::string long_uri(const Workspace& workspace, const BlobPlace& place) {
  const bool artifacts = place.container == workspace.artifact_container();
  return fmt::format("azureml://subscriptions/{}/resourcegroups/{}/workspaces/{}/datastores/{}/paths/{}",
                     workspace.subscription, workspace.group, workspace.name,
                     artifacts ? "workspaceartifactstore" : "workspaceblobstore", place.path);
}

bool is_of_workspace(const Workspace& workspace, const BlobPlace& place) {
  return place.container == workspace.artifact_container() || place.container == workspace.blob_container();
}

void complete_model(Context& context, const Workspace& workspace, json::object& properties) {
  const std::string uri = text_at(properties, "modelUri");
  if (uri.empty()) throw ServiceError(400, "UserError", "properties.modelUri is required.");
  if (text_at(properties, "modelType").empty()) properties["modelType"] = "custom_model";
  ensure_object(properties, "flavors");
  const auto place = context.uris.place_of(workspace, uri);
  if (!place) return;
  if (!std::filesystem::exists(context.blobs.path_of(place->container, place->path))) {
    throw ServiceError(400, "UserError", fmt::format("No files were found at the model's path '{}'.", uri));
  }
  if (const std::string job = job_of(uri); !job.empty()) properties["jobName"] = job;
  if (is_of_workspace(workspace, *place)) properties["modelUri"] = long_uri(workspace, *place);
}

}  // namespace

AssetKind model_kind(Context& context) {
  return {.collection = "models",
          .noun = "model",
          .complete = [&context](const Workspace& workspace, const ResourceKey&,
                                 json::object& properties) { complete_model(context, workspace, properties); },
          .immutable = {"modelUri", "modelType"},
          .immutable_message = "Asset paths cannot be updated.",
          .shows =
              [](const Request& request, const json::object& properties) {
                const auto stage = request.query_value("stage");
                return !stage || core::equals_ignoring_case(*stage, text_at(properties, "stage"));
              }};
}

}  // namespace mlops::emulator
