#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::core {

/// The whole file. Throws Error "file-missing" or "file-unreadable" with the file as place.
std::string read_file(const std::filesystem::path& file);

/// Writes through a temporary file beside the target and renames it: readers see the old or the new content, never a
/// part, also when the disk is full. Makes missing folders. A symbolic link stays and what it points to is replaced; a
/// device or pipe is written to as it is. Throws Error "file-unwritable".
void write_file_atomically(const std::filesystem::path& file, std::string_view content);

/// The files that a pattern names, sorted: `*` and `?` match inside one folder, `**` any number of folders. A pattern
/// without wildcards is returned as it is, whether it exists or not. On Windows both separators are understood.
std::vector<std::filesystem::path> expand_glob(const std::string& pattern);

/// Whether a path matches a pattern of the form above.
bool glob_matches(std::string_view pattern, std::string_view path);

/// Whether a relative path, as it was sent by somebody else, names something below the folder it is put in.
bool stays_inside(const std::filesystem::path& path);

/// "1.5 MB", for people.
std::string human_size(std::uintmax_t bytes);

}  // namespace mlops::core
