#include <mlops/core/file_handle.hpp>
#include <utility>

namespace mlops::core {

FileHandle::FileHandle(FileHandle&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_owned(std::exchange(other.m_owned, false)) {}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(m_descriptor, other.m_descriptor);
  std::swap(m_owned, other.m_owned);
  return *this;
}

FileHandle::~FileHandle() {
  try {
    close();
  } catch (...) {  // who wants to know calls close() first
    m_descriptor = -1;
  }
}

}  // namespace mlops::core
