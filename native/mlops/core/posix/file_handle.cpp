#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mlops/core/file_handle.hpp>
#include <system_error>
#include <utility>

namespace mlops::core {

namespace {

[[noreturn]] void fail() {
  throw std::system_error(errno, std::generic_category());
}

int opened(const std::filesystem::path& file, int flags) {
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) fail();
  return descriptor;
}

// Calls that a signal may interrupt are made again.
template <typename Call>
std::size_t repeated(Call call) {
  ssize_t result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  if (result < 0) fail();
  return static_cast<std::size_t>(result);
}

}  // namespace

FileHandle FileHandle::open_to_read(const std::filesystem::path& file) {
  return {opened(file, O_RDONLY), true};
}

FileHandle FileHandle::open_to_write(const std::filesystem::path& file) {
  return {opened(file, O_WRONLY), true};
}

FileHandle FileHandle::create_new(const std::filesystem::path& file) {
  return {opened(file, O_WRONLY | O_CREAT | O_EXCL), true};
}

FileHandle FileHandle::borrow(int descriptor) {
  return {descriptor, false};
}

std::size_t FileHandle::read_at(std::uint64_t offset, char* buffer, std::size_t size) const {
  return repeated([&] { return ::pread(m_descriptor, buffer, size, static_cast<off_t>(offset)); });
}

void FileHandle::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    bytes.remove_prefix(repeated([&] { return ::write(m_descriptor, bytes.data(), bytes.size()); }));
  }
}

void FileHandle::truncate(std::uint64_t size) const {
  if (::ftruncate(m_descriptor, static_cast<off_t>(size)) != 0) fail();
  if (::lseek(m_descriptor, static_cast<off_t>(size), SEEK_SET) < 0) fail();
}

void FileHandle::let_all_read() const {
  ::fchmod(m_descriptor, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);  // a file system without rights refuses
}

void FileHandle::flush_to_disk() const {
  if (::fsync(m_descriptor) != 0 && errno != EINVAL) fail();  // EINVAL: a file system that knows no flushing
}

void FileHandle::close() {
  const int descriptor = std::exchange(m_descriptor, -1);
  if (descriptor >= 0 && m_owned && ::close(descriptor) != 0) fail();
}

}  // namespace mlops::core
