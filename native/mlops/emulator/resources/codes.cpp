#include <mlops/emulator/resources/assets.hpp>

namespace mlops::emulator {

AssetKind code_kind() {
  return {.collection = "codes",
          .noun = "code",
          .complete =
              [](const Workspace&, const ResourceKey&, json::object& properties) {
                if (text_at(properties, "codeUri").empty()) {
                  throw ServiceError(400, "UserError", "properties.codeUri is required.");
                }
                properties["provisioningState"] = "Succeeded";
              },
          .immutable = {"codeUri"},
          .immutable_message = "Asset paths cannot be updated.",
          .shows =
              [](const Request& request, const json::object& properties) {
                const auto hash = request.query_value("hash");
                const json::object* own = object_at(properties, "properties");
                return !hash || (own && text_at(*own, "hash_sha256") == *hash);
              }};
}

}  // namespace mlops::emulator
