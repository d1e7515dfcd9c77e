#include <mlops/emulator/resources/assets.hpp>

namespace mlops::emulator {

AssetKind component_kind() {
  return {.collection = "components",
          .noun = "component",
          .complete =
              [](const Workspace&, const ResourceKey&, json::object& properties) {
                if (!object_at(properties, "componentSpec")) {
                  throw ServiceError(400, "UserError", "properties.componentSpec is required.");
                }
                properties["provisioningState"] = "Succeeded";
              },
          .immutable = {"componentSpec"},
          .immutable_message =
              "A component version is immutable: its specification cannot be changed. Create a new version.",
          .shows = {}};
}

}  // namespace mlops::emulator
