#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/emulator/plain_path.hpp>
#include <string_view>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

// What no shell gives a meaning to; letters beyond ASCII are not among the others.
bool is_plain(const std::string& path) {
  constexpr std::string_view k_special = " \t\n\"'`\\$&|;<>()[]{}*?!#~^";
  return path.find_first_of(k_special) == std::string::npos;
}

// A link of another user could lead elsewhere by tomorrow.
bool is_own_link(const fs::path& link, const fs::path& folder) {
  struct stat about {};

  return ::lstat(link.c_str(), &about) == 0 && S_ISLNK(about.st_mode) && about.st_uid == ::geteuid() &&
         fs::read_symlink(link) == folder;
}

}  // namespace

fs::path plain_path(const fs::path& folder, const fs::path& links) {
  if (is_plain(folder.string())) return folder;
  auto link = links / fmt::format("aml-emulator-{}", core::sha256_hex(folder.string()).substr(0, 16));
  fs::create_directories(folder);
  std::error_code taken;
  fs::create_directory_symlink(folder, link, taken);
  if (!is_own_link(link, folder) || !is_plain(link.string())) {
    throw core::Error("link-unusable",
                      fmt::format("jobs can't work in \"{}\", whose path is not one word, and \"{}\" is no link to it.",
                                  folder.string(), link.string()),
                      {}, "Name a folder without blanks with --data.");
  }
  return link;
}

}  // namespace mlops::emulator
