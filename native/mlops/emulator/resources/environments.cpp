#include <mlops/emulator/resources/assets.hpp>

namespace mlops::emulator {

AssetKind environment_kind() {
  return {.collection = "environments",
          .noun = "environment",
          .complete =
              [](const Workspace&, const ResourceKey&, json::object& properties) {
                const bool built = object_at(properties, "build") != nullptr;
                const bool image = !text_at(properties, "image").empty();
                if (built == image) {
                  throw ServiceError(400, "UserError", "An environment needs either an image or a build context.");
                }
                if (text_at(properties, "osType").empty()) properties["osType"] = "Linux";
                properties["environmentType"] = "UserCreated";
                properties["provisioningState"] = "Succeeded";
              },
          .immutable = {"image", "condaFile", "build"},
          .immutable_message =
              "An environment version is immutable: its image, conda file and build context cannot be "
              "changed. Create a new version.",
          .shows = {}};
}

}  // namespace mlops::emulator
