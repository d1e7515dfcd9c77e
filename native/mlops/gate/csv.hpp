#pragma once

#include <filesystem>
#include <fstream>
#include <mlops/core/error.hpp>
#include <string>
#include <vector>

namespace mlops::gate {

/// A CSV file as RFC 4180 has it (quotes, doubled quotes, line ends inside of quotes), read record by record: memory
/// holds one record. A byte order mark and empty lines are skipped. Its first record names the columns, unless their
/// names are given.
class CsvReader {
 public:
  /// Throws core::Error "file-missing", or "csv-invalid" for a file without columns or with two of one name.
  explicit CsvReader(const std::filesystem::path& file, const std::vector<std::string>& columns = {});

  const std::vector<std::string>& columns() const { return m_columns; }

  /// The next record into `record`; false at the end. Throws core::Error "csv-invalid" with file and line for a record
  /// that has another number of fields than there are columns, and for a quote that is never closed.
  bool next(std::vector<std::string>& record);

 private:
  bool read_record(std::vector<std::string>& record);
  /// Reads the rest of a field that began with a quote.
  void read_quoted(std::string& field);
  core::Error error(const std::string& message, int line) const;

  std::filesystem::path m_file;
  std::ifstream m_stream;
  std::streambuf* m_bytes;  ///< of the stream, without its locale and its checks for each byte
  int m_line = 1;           ///< that is read next
  std::vector<std::string> m_columns;
};

}  // namespace mlops::gate
