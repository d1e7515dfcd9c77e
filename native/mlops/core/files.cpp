#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iostream>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <optional>
#include <utility>

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

// The descriptor of ours that a name such as /dev/stdout stands for.
std::optional<int> own_descriptor(const fs::path& file) {
  constexpr std::pair<std::string_view, int> k_names[] = {{"/dev/stdout", STDOUT_FILENO},
                                                          {"/dev/stderr", STDERR_FILENO}};
  const std::string name = file.lexically_normal().string();
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

/// Closes what it holds.
class Descriptor {
 public:
  Descriptor(int descriptor, const fs::path& file) : m_descriptor(descriptor) {
    if (descriptor < 0) fail_to_write(file, std::strerror(errno));
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  ~Descriptor() { ::close(m_descriptor); }

  int get() const { return m_descriptor; }

 private:
  int m_descriptor;
};

// A device or pipe takes the content as it comes: replacing it by a file would take it from everyone.
void write_through(const fs::path& file, std::string_view content) {
  const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CLOEXEC), file);
  write_all(descriptor.get(), content, file);
}

void replace_file(const fs::path& file, std::string_view content) {
  std::string temporary = file.string() + ".XXXXXX";
  const Descriptor descriptor(::mkstemp(temporary.data()), file);
  try {
    write_all(descriptor.get(), content, file);
    ::fchmod(descriptor.get(), 0644);
    if (::fsync(descriptor.get()) != 0 && errno != EINVAL) fail_to_write(file, std::strerror(errno));
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
  // Opened by its name, a redirected one would be written from its start, over what stands there.
  if (const auto descriptor = own_descriptor(file)) {
    std::cout.flush();
    return write_all(*descriptor, content, file);
  }
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
