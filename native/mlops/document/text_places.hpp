#pragma once

#include <mlops/core/error.hpp>
#include <string_view>

namespace mlops::document {

/// Counts lines and characters on the way through a text, for places that come one after the other.
class PlaceCounter {
 public:
  PlaceCounter(core::FileName file, std::string_view text) : m_file(std::move(file)), m_text(text) {}

  /// The place of the byte at an offset, which is not before that of the last call.
  core::FilePlace at(std::size_t offset) {
    for (; m_at < offset && m_at < m_text.size(); ++m_at) {
      if (m_text[m_at] == '\n') {
        ++m_line;
        m_column = 1;
      } else if ((static_cast<unsigned char>(m_text[m_at]) & 0xC0U) != 0x80U) {  // not a further byte of a character
        ++m_column;
      }
    }
    return {m_file, m_line, m_column};
  }

 private:
  core::FileName m_file;
  std::string_view m_text;
  std::size_t m_at = 0;
  int m_line = 1;
  int m_column = 1;
};

}  // namespace mlops::document
