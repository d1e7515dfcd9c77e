#include <fmt/format.h>

#include <mlops/gate/csv.hpp>
#include <set>

namespace mlops::gate {

namespace {

constexpr int k_end = std::char_traits<char>::eof();

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& file, const std::vector<std::string>& columns)
    : m_file(file), m_stream(file, std::ios::binary), m_bytes(m_stream.rdbuf()), m_columns(columns) {
  if (!m_stream || std::filesystem::is_directory(file)) {
    throw core::Error("file-missing", fmt::format("can't read the data file \"{}\".", file.string()), {},
                      "Paths are relative to the working directory of the task.");
  }
  for (const char byte : {'\xEF', '\xBB', '\xBF'}) {
    if (m_bytes->sgetc() == static_cast<unsigned char>(byte)) m_bytes->sbumpc();
  }
  if (m_columns.empty() && !read_record(m_columns))
    throw error("the file is empty: its first line must name the columns.", 1);
  std::set<std::string> names;
  for (const auto& name : m_columns) {
    if (!names.insert(name).second) throw error(fmt::format("two columns are called \"{}\".", name), 1);
  }
}

bool CsvReader::next(std::vector<std::string>& record) {
  const bool more = read_record(record);
  if (!more || record.size() == m_columns.size()) return more;
  throw error(fmt::format("the record has {} fields, but there are {} columns.", record.size(), m_columns.size()),
              m_line - 1);
}

bool CsvReader::read_record(std::vector<std::string>& record) {
  record.clear();
  std::string field;
  bool begun = false;  // of the record: an empty line is none
  for (int next = m_bytes->sbumpc(); next != k_end; next = m_bytes->sbumpc()) {
    const char byte = static_cast<char>(next);
    if (byte == '\r' && m_bytes->sgetc() == '\n') continue;
    if (byte == '\n') {
      ++m_line;
      if (!begun) continue;
      record.push_back(std::move(field));
      return true;
    }
    begun = true;
    if (byte == ',') {
      record.push_back(std::move(field));
      field.clear();
    } else if (byte == '"' && field.empty()) {
      read_quoted(field);
    } else {
      field += byte;
    }
  }
  if (!begun) return false;
  ++m_line;
  record.push_back(std::move(field));
  return true;
}

void CsvReader::read_quoted(std::string& field) {
  const int start = m_line;
  for (int next = m_bytes->sbumpc(); next != k_end; next = m_bytes->sbumpc()) {
    const char byte = static_cast<char>(next);
    if (byte == '\n') ++m_line;
    if (byte == '"') {
      if (m_bytes->sgetc() != '"') return;
      m_bytes->sbumpc();
    }
    field += byte;
  }
  throw error("a quoted field that begins here never ends.", start);
}

core::Error CsvReader::error(const std::string& message, int line) const {
  return {"csv-invalid", message, core::FilePlace{m_file.string(), line}};
}

}  // namespace mlops::gate
