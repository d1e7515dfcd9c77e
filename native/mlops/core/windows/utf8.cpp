#include <windows.h>

#include <mlops/core/windows/utf8.hpp>

namespace mlops::core {

std::string to_utf8(std::wstring_view text) {
  const int length = static_cast<int>(text.size());
  std::string result;
  result.resize(WideCharToMultiByte(CP_UTF8, 0, text.data(), length, nullptr, 0, nullptr, nullptr));
  WideCharToMultiByte(CP_UTF8, 0, text.data(), length, result.data(), static_cast<int>(result.size()), nullptr,
                      nullptr);
  return result;
}

std::wstring from_utf8(std::string_view text) {
  const int length = static_cast<int>(text.size());
  std::wstring result;
  result.resize(MultiByteToWideChar(CP_UTF8, 0, text.data(), length, nullptr, 0));
  MultiByteToWideChar(CP_UTF8, 0, text.data(), length, result.data(), static_cast<int>(result.size()));
  return result;
}

}  // namespace mlops::core
