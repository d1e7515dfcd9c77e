#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/server/folder_lock.hpp>

namespace mlops::emulator {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  std::error_code failure;
  const bool made = std::filesystem::create_directories(folder, failure);
  if (made) ::chmod(folder.c_str(), 0700);
  const std::filesystem::path file = folder / "lock";
  m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (m_descriptor < 0) {
    throw core::Error("data-folder-unusable", fmt::format("can't use the data folder: {}.", std::strerror(errno)),
                      core::FilePlace{folder.string()}, "Choose another folder with --data.");
  }
  if (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0) {
    const std::string owner(core::trim(core::read_file(file)));
    ::close(m_descriptor);
    throw core::Error("data-folder-in-use",
                      fmt::format("another aml-emulator (process {}) works with this data folder.", owner),
                      core::FilePlace{folder.string()}, "Stop it, or choose another folder with --data.");
  }
  const std::string owner = fmt::format("{}\n", ::getpid());
  if (::ftruncate(m_descriptor, 0) != 0 || ::write(m_descriptor, owner.data(), owner.size()) < 0) {
    throw core::Error("data-folder-unusable", fmt::format("can't write to the data folder: {}.", std::strerror(errno)),
                      core::FilePlace{file.string()});
  }
}

FolderLock::~FolderLock() {
  ::close(m_descriptor);
}

}  // namespace mlops::emulator
