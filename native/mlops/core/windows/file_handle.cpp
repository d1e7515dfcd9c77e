#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <mlops/core/file_handle.hpp>
#include <system_error>
#include <utility>

namespace mlops::core {

namespace {

[[noreturn]] void fail() {
  throw std::system_error(errno, std::generic_category());
}

int opened(const std::filesystem::path& file, int flags) {
  int descriptor = -1;
  const int failure =
      ::_wsopen_s(&descriptor, file.c_str(), flags | _O_BINARY | _O_NOINHERIT, _SH_DENYNO, _S_IREAD | _S_IWRITE);
  if (failure != 0) throw std::system_error(failure, std::generic_category());
  return descriptor;
}

// The runtime's calls count in int.
unsigned at_once(std::size_t size) {
  return static_cast<unsigned>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

FileHandle FileHandle::open_to_read(const std::filesystem::path& file) {
  return {opened(file, _O_RDONLY), true};
}

FileHandle FileHandle::open_to_write(const std::filesystem::path& file) {
  return {opened(file, _O_WRONLY), true};
}

FileHandle FileHandle::create_new(const std::filesystem::path& file) {
  return {opened(file, _O_WRONLY | _O_CREAT | _O_EXCL), true};
}

FileHandle FileHandle::borrow(int descriptor) {
  ::_setmode(descriptor, _O_BINARY);  // the bytes as they are, without a carriage return before each line feed
  return {descriptor, false};
}

std::size_t FileHandle::read_at(std::uint64_t offset, char* buffer, std::size_t size) const {
  if (::_lseeki64(m_descriptor, static_cast<__int64>(offset), SEEK_SET) < 0) fail();
  const int got = ::_read(m_descriptor, buffer, at_once(size));
  if (got < 0) fail();
  return static_cast<std::size_t>(got);
}

void FileHandle::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const int written = ::_write(m_descriptor, bytes.data(), at_once(bytes.size()));
    if (written < 0) fail();
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void FileHandle::truncate(std::uint64_t size) const {
  const int failure = ::_chsize_s(m_descriptor, static_cast<__int64>(size));
  if (failure != 0) throw std::system_error(failure, std::generic_category());
  if (::_lseeki64(m_descriptor, static_cast<__int64>(size), SEEK_SET) < 0) fail();
}

void FileHandle::let_all_read() const {}

void FileHandle::flush_to_disk() const {
  if (::_commit(m_descriptor) != 0) fail();
}

void FileHandle::close() {
  const int descriptor = std::exchange(m_descriptor, -1);
  if (descriptor >= 0 && m_owned && ::_close(descriptor) != 0) fail();
}

}  // namespace mlops::core
