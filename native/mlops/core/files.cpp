#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>

namespace mlops::core {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail_to_write(const fs::path& file, const std::string& why) {
  throw Error("file-unwritable", fmt::format("can't write the file: {}.", why), FilePlace{file.string()},
              "Check the folder's permissions and the free disk space.");
}

void write_all(int descriptor, std::string_view content, const fs::path& file) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_to_write(file, std::strerror(errno));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

// A device or pipe (/dev/stdout) takes the content as it comes: replacing it by a file would take it from everyone.
void write_through(const fs::path& file, std::string_view content) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) fail_to_write(file, std::strerror(errno));
  try {
    write_all(descriptor, content, file);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  ::close(descriptor);
}

void replace_file(const fs::path& file, std::string_view content) {
  std::string temporary = file.string() + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) fail_to_write(file, std::strerror(errno));
  try {
    write_all(descriptor, content, file);
    ::fchmod(descriptor, 0644);
    if (::fsync(descriptor) != 0 && errno != EINVAL) fail_to_write(file, std::strerror(errno));
    ::close(descriptor);
    if (::rename(temporary.c_str(), file.c_str()) != 0) fail_to_write(file, std::strerror(errno));
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
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
  std::error_code failure;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), failure);
  if (failure) fail_to_write(file, failure.message());
  const fs::file_status status = fs::status(file, failure);
  if (!fs::status_known(status)) fail_to_write(file, failure.message());
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_through(file, content);
  if (fs::is_symlink(file)) return write_file_atomically(file.parent_path() / fs::read_symlink(file), content);
  replace_file(file, content);
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

std::vector<fs::path> expand_glob(const std::string& pattern) {
  const auto wildcard = pattern.find_first_of("*?");
  if (wildcard == std::string::npos) return {pattern};
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
