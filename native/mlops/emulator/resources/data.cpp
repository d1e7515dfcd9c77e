#include <mlops/core/text.hpp>
#include <mlops/emulator/resources/assets.hpp>

namespace mlops::emulator {

AssetKind data_kind() {
  return {.collection = "data",
          .noun = "data",
          .complete =
              [](const Workspace&, const ResourceKey&, json::object& properties) {
                const std::string type = core::to_lower(text_at(properties, "dataType"));
                if (type != "uri_file" && type != "uri_folder" && type != "mltable") {
                  throw ServiceError(400, "UserError", "properties.dataType must be uri_file, uri_folder or mltable.");
                }
                if (text_at(properties, "dataUri").empty()) {
                  throw ServiceError(400, "UserError", "properties.dataUri is required.");
                }
              },
          .immutable = {"dataUri", "dataType"},
          .immutable_message = "Asset paths cannot be updated.",
          .shows = {}};
}

}  // namespace mlops::emulator
