#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iostream>
#include <mlops/core/error.hpp>
#include <mlops/core/file_handle.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/partial_file.hpp>
#include <optional>
#include <system_error>
#include <utility>

namespace mlops::core {

namespace fs = std::filesystem;

namespace {

// The descriptor of ours that a name such as /dev/stdout stands for.
std::optional<int> own_descriptor(const fs::path& file) {
  constexpr std::pair<std::string_view, int> k_names[] = {{"/dev/stdout", 1}, {"/dev/stderr", 2}};
  const std::string name = file.lexically_normal().generic_string();
  for (const auto& [known, descriptor] : k_names) {
    if (name == known) return descriptor;
  }
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (name.rfind(folder, 0) != 0) continue;
    const std::string number = name.substr(folder.size());
    int descriptor = -1;
    const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), descriptor);
    if (failure == std::errc() && *end == '\0') return descriptor;
  }
  return std::nullopt;
}

void replace_file(const fs::path& file, std::string_view content) {
  PartialFile partial(file);
  partial.append(content);
  partial.flush_to_disk();
  partial.complete();
}

void write_file(const fs::path& file, std::string_view content) {
  // Opened by its name, a redirected one would be written from its start, over what stands there.
  if (const auto descriptor = own_descriptor(file)) {
    std::cout.flush();
    return FileHandle::borrow(*descriptor).write(content);
  }
  std::error_code failure;
  if (file.has_parent_path()) fs::create_directories(file.parent_path());
  const fs::file_status status = fs::status(file, failure);
  if (!fs::status_known(status)) throw std::system_error(failure);
  // A device or pipe takes the content as it comes: replacing it by a file would take it from everyone.
  if (fs::exists(status) && !fs::is_regular_file(status)) return FileHandle::open_to_write(file).write(content);
  if (fs::is_symlink(file)) return write_file(file.parent_path() / fs::read_symlink(file), content);
  replace_file(file, content);
}

}  // namespace

std::string read_file(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    throw Error("file-missing", fmt::format("the file \"{}\" does not exist.", file.string()), {},
                fmt::format("Paths are relative to \"{}\".", fs::current_path().string()));
  }
  if (fs::is_directory(file, ignored)) {
    throw Error("file-unreadable", fmt::format("\"{}\" is a folder, a file is needed.", file.string()));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw Error("file-unreadable", fmt::format("can't read \"{}\": {}.", file.string(), std::strerror(errno)));
  }
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_file_atomically(const fs::path& file, std::string_view content) {
  try {
    write_file(file, content);
  } catch (const std::system_error& failure) {
    throw Error("file-unwritable", fmt::format("can't write the file: {}.", failure.code().message()),
                FilePlace{file.string()}, "Check the folder's permissions and the free disk space.");
  }
}

bool glob_matches(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.substr(0, 3) == "**/") {
    if (glob_matches(pattern.substr(3), path)) return true;
    const auto slash = path.find('/');
    return slash != std::string_view::npos && glob_matches(pattern, path.substr(slash + 1));
  }
  if (pattern == "**") return true;
  if (pattern.front() == '*') {
    for (std::size_t skipped = 0; skipped <= path.size(); ++skipped) {
      if (glob_matches(pattern.substr(1), path.substr(skipped))) return true;
      if (skipped < path.size() && path[skipped] == '/') return false;
    }
    return false;
  }
  if (path.empty()) return false;
  const bool one = pattern.front() == '?' ? path.front() != '/' : pattern.front() == path.front();
  return one && glob_matches(pattern.substr(1), path.substr(1));
}

bool stays_inside(const fs::path& path) {
  // On Windows a colon names a drive, or a hidden stream of a file.
  constexpr bool k_colon_is_special = fs::path::preferred_separator == '\\';
  const fs::path normal = path.lexically_normal();
  if (normal.empty() || normal.has_root_path() || *normal.begin() == "..") return false;
  return !k_colon_is_special || path.native().find(':') == std::string::npos;
}

std::vector<fs::path> expand_glob(const std::string& given) {
  const auto wildcard = given.find_first_of("*?");
  if (wildcard == std::string::npos) return {given};
  const std::string pattern = fs::path(given).generic_string();
  const auto slash = pattern.rfind('/', wildcard);
  const fs::path root = slash == std::string::npos ? fs::path(".") : fs::path(pattern.substr(0, slash + 1));
  const std::string rest = slash == std::string::npos ? pattern : pattern.substr(slash + 1);
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(root, failure), end; !failure && entry != end; entry.increment(failure)) {
    if (!entry->is_regular_file()) continue;
    if (glob_matches(rest, entry->path().lexically_relative(root).generic_string())) {
      files.push_back((slash == std::string::npos ? entry->path().lexically_relative(root) : entry->path()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string human_size(std::uintmax_t bytes) {
  constexpr std::array<const char*, 5> k_units = {"B", "KB", "MB", "GB", "TB"};
  double size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < k_units.size(); ++unit) size /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, k_units[unit]);
}

}  // namespace mlops::core
