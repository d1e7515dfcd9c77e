#pragma once

#include <filesystem>

namespace mlops::emulator {

/// Holds a data folder for one process; the lock ends with the process, however it ends.
class FolderLock {
 public:
  /// Makes the folder (mode 0700). Throws core::Error "data-folder-in-use" with the other process's id.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int m_descriptor = -1;
};

}  // namespace mlops::emulator
