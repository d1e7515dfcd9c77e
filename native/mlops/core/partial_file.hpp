#pragma once

#include <cstdint>
#include <filesystem>
#include <mlops/core/file_handle.hpp>
#include <string_view>

namespace mlops::core {

/// A file under a temporary name beside its target, that becomes the target when it is complete and goes away when it
/// doesn't. Missing folders are made. Throws std::system_error.
class PartialFile {
 public:
  explicit PartialFile(std::filesystem::path target);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// Bytes so far.
  std::uint64_t size() const { return m_size; }

  void append(std::string_view bytes);
  void truncate(std::uint64_t size);

  /// Waits until the disk has all of it: a full one is noticed before anything is replaced.
  void flush_to_disk() { m_handle.flush_to_disk(); }

  /// Takes the target's name; readers of an earlier target see that one or this, never a part.
  void complete();

 private:
  std::filesystem::path m_target;
  std::filesystem::path m_name;  ///< empty once complete
  FileHandle m_handle;
  std::uint64_t m_size = 0;
};

}  // namespace mlops::core
