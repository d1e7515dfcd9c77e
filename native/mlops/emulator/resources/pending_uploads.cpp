#include <fmt/format.h>

#include <mlops/core/hash.hpp>
#include <mlops/emulator/blob/sas.hpp>
#include <mlops/emulator/resources/assets.hpp>

namespace mlops::emulator {

namespace {

constexpr auto k_sas_lifetime = std::chrono::hours(24);

// The same asset version gets the same container again, so that a repeated upload finds what is there.
std::string container_for(Context& context, const Workspace& workspace, const std::string& collection,
                          const Request& request) {
  const ResourceKey key{workspace.id, "pendingUploads", collection + '/' + request.parameter("name"),
                        request.parameter("version")};
  const std::string fresh = fmt::format("{}-{}", workspace.guid.substr(0, 8), core::random_uuid());
  context.store.insert(key, {{"container", fresh}});
  const std::string container = text_at(context.store.find(key).value().body, "container");
  context.blobs.create_container(container);
  return container;
}

Response start(Context& context, const std::string& collection, const Request& request) {
  const Workspace workspace = context.workspaces.of(request);
  const std::string container = container_for(context, workspace, collection, request);
  const std::string url = fmt::format("{}/{}/{}", context.base_url, k_storage_host, container);
  const std::string sas =
      service_sas(context.secrets.account_key, container, "", "racwl", context.clock.now() + k_sas_lifetime);
  return Response::of_json(
      200, {{"pendingUploadId", container},
            {"pendingUploadType", "TemporaryBlobReference"},
            {"blobReferenceForConsumption",
             {{"blobUri", url},
              {"storageAccountArmId",
               fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Storage/storageAccounts/{}",
                           workspace.subscription, workspace.group, k_storage_account)},
              {"credential", {{"credentialType", "SAS"}, {"sasUri", url + '?' + sas}}}}}});
}

}  // namespace

void add_pending_upload_routes(Router& router, Context& context, const std::string& collection) {
  for (const char* owner : {k_workspace_pattern, k_registry_pattern}) {
    for (const char* action : {"startPendingUpload", "createOrGetStartPendingUpload"}) {
      router.add("post-start-pending-upload", "POST",
                 fmt::format("{}/{}/{{name}}/versions/{{version}}/{}", owner, collection, action),
                 [&context, collection](const Request& request) { return start(context, collection, request); });
    }
  }
}

}  // namespace mlops::emulator
