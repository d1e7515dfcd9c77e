#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mlops::runner {

/// Turns frames into what a terminal must be sent to show each in place of the one before, below what stood there.
class Screen {
 public:
  /// The bytes for a frame; empty when nothing changed. The cursor then stands after the last line.
  std::string frame(const std::vector<std::string>& lines, std::size_t columns, std::size_t rows);

 private:
  std::size_t rows_of_last(std::size_t columns) const;

  std::vector<std::string> m_last;
  std::size_t m_columns = 0;
};

/// Makes lines out of the keys of a terminal that leaves editing to the program.
class KeyLine {
 public:
  /// Takes keys as they come; the line, once it is complete.
  std::optional<std::string> feed(char key);

  const std::string& typed() const { return m_typed; }

 private:
  std::string m_typed;
  bool m_escape = false;  ///< within the sequence of an arrow or function key
};

}  // namespace mlops::runner
