#pragma once

#include <filesystem>

namespace mlops::emulator {

/// A path of the folder that a shell reads as one word: the folder's own, or that of a link to it below `links`, which
/// is the same for the same folder. Commands of jobs hold paths without quotes, as in Azure ML, where none has a blank.
/// Throws core::Error "link-unusable" when something else has the link's place.
std::filesystem::path plain_path(const std::filesystem::path& folder, const std::filesystem::path& links);

}  // namespace mlops::emulator
