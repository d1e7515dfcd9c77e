#include <fmt/format.h>

#include <cstring>
#include <mlops/core/partial_file.hpp>
#include <mlops/core/random.hpp>
#include <system_error>

namespace mlops::core {

namespace fs = std::filesystem;

namespace {

fs::path free_name(const fs::path& target) {
  std::uint32_t number = 0;
  std::memcpy(&number, random_bytes(sizeof number).data(), sizeof number);
  fs::path name = target;
  name += fmt::format(".{:08x}", number);
  return name;
}

}  // namespace

PartialFile::PartialFile(fs::path target) : m_target(std::move(target)) {
  if (m_target.has_parent_path()) fs::create_directories(m_target.parent_path());
  const fs::path name = free_name(m_target);
  m_handle = FileHandle::create_new(name);
  m_name = name;
}

PartialFile::~PartialFile() {
  if (m_name.empty()) return;
  m_handle = FileHandle();  // Windows removes no open file
  std::error_code ignored;
  fs::remove(m_name, ignored);
}

void PartialFile::append(std::string_view bytes) {
  m_handle.write(bytes);
  m_size += bytes.size();
}

void PartialFile::truncate(std::uint64_t size) {
  m_handle.truncate(size);
  m_size = size;
}

void PartialFile::complete() {
  m_handle.let_all_read();
  m_handle.close();
  fs::rename(m_name, m_target);
  m_name.clear();
}

}  // namespace mlops::core
