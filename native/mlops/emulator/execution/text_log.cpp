#include <algorithm>
#include <fstream>
#include <mlops/emulator/execution/text_log.hpp>

namespace mlops::emulator {

TextLog::TextLog(std::filesystem::path file) : m_file(std::move(file)) {
  std::filesystem::create_directories(m_file.parent_path());
  std::ofstream(m_file, std::ios::app);
}

void TextLog::say(const std::string& line) const {
  std::ofstream(m_file, std::ios::app) << line + '\n';  // one write: other writers' lines don't come between
}

std::string TextLog::tail(std::size_t lines, std::size_t bytes) const {
  std::ifstream file(m_file, std::ios::binary | std::ios::ate);
  if (!file) return {};
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, file.tellg()));
  const std::size_t wanted = std::min(size, bytes);
  std::string text(wanted, '\0');
  file.seekg(static_cast<std::streamoff>(size - wanted));
  file.read(text.data(), static_cast<std::streamsize>(wanted));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (wanted < size) text.erase(0, text.find('\n') + 1);  // the first line may be a part
  if (lines == 0) return text;
  std::size_t begin = text.ends_with('\n') ? text.size() - 1 : text.size();
  for (std::size_t i = 0; i < lines && begin != std::string::npos; ++i) {
    begin = begin == 0 ? std::string::npos : text.rfind('\n', begin - 1);
  }
  return begin == std::string::npos ? text : text.substr(begin + 1);
}

}  // namespace mlops::emulator
