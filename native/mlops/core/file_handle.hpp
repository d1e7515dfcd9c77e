#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace mlops::core {

/// A file opened by the system's own calls, for what the standard streams can't do: reading at an offset, making a file
/// that nobody else has, flushing to the disk. Child processes don't inherit it. Everything throws std::system_error.
class FileHandle {
 public:
  FileHandle() = default;
  static FileHandle open_to_read(const std::filesystem::path& file);
  /// Opens what is there, without changing it.
  static FileHandle open_to_write(const std::filesystem::path& file);
  /// Makes a file that only this user can read. Fails with std::errc::file_exists when there is one.
  static FileHandle create_new(const std::filesystem::path& file);
  /// Standard output (1), standard error (2) or another descriptor of this process, which stays open and passes the
  /// bytes on as they are from now on.
  static FileHandle borrow(int descriptor);

  FileHandle(FileHandle&& other) noexcept;
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();

  /// How many bytes it read: fewer than asked for at the end of the file, none behind it.
  std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t size) const;
  /// Writes all of it where the last write ended.
  void write(std::string_view bytes) const;
  /// Shortens the file to a size; the next write goes there.
  void truncate(std::uint64_t size) const;
  /// Lets everyone read the file. Windows files take their folder's rights from the start.
  void let_all_read() const;
  /// Waits until the disk has it.
  void flush_to_disk() const;
  void close();

 private:
  FileHandle(int descriptor, bool owned) : m_descriptor(descriptor), m_owned(owned) {}

  int m_descriptor = -1;
  bool m_owned = false;
};

}  // namespace mlops::core
