#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::emulator {

/// A prepared statement with its parameters bound. It holds the database's lock for as long as it lives, so let it end
/// soon: `for (auto rows = database.query("SELECT ..."); rows.next();) ...`.
class Rows {
 public:
  /// Moves to the next row; false after the last. Throws core::Error "database-failed".
  bool next();
  std::string text(int column) const;  ///< NULL reads as an empty text
  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  Rows(sqlite3* database, std::unique_lock<std::recursive_mutex> lock, std::string_view sql);
  void bind(int index, std::string_view value);

  void bind(int index, const char* value) { bind(index, std::string_view(value)); }

  void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }

  void bind(int index, std::int64_t value);

  void bind(int index, int value) { bind(index, std::int64_t{value}); }

  void bind(int index, bool value) { bind(index, std::int64_t{value}); }

  void bind(int index, double value);
  void bind(int index, std::nullptr_t);

  template <typename T>
  void bind(int index, const std::optional<T>& value) {
    value ? bind(index, *value) : bind(index, nullptr);
  }

  sqlite3* m_database;
  std::unique_lock<std::recursive_mutex> m_lock;
  std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

/// The emulator's one SQLite file, in WAL mode: what was answered with success survives a crash of the process. Calls
/// from several threads wait for each other. Each part makes its own tables with CREATE TABLE IF NOT EXISTS.
class Database {
 public:
  /// Opens or makes the file. Throws core::Error "database-failed".
  explicit Database(const std::filesystem::path& file);

  /// Runs a script without parameters.
  void execute(const std::string& script);

  /// Runs one statement with `?` parameters to its end; returns the number of rows it changed.
  template <typename... Values>
  int run(std::string_view sql, const Values&... values) {
    Rows rows = query(sql, values...);
    while (rows.next()) {
    }
    return sqlite3_changes(m_database.get());
  }

  template <typename... Values>
  Rows query(std::string_view sql, const Values&... values) {
    Rows rows(m_database.get(), lock(), sql);
    int index = 0;
    (rows.bind(++index, values), ...);
    return rows;
  }

  /// Everything the function does is kept, or nothing when it throws. May be nested; other threads wait.
  void transaction(const std::function<void()>& function);

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };

  std::unique_lock<std::recursive_mutex> lock() { return std::unique_lock(m_mutex); }

  std::recursive_mutex m_mutex;
  std::unique_ptr<sqlite3, Close> m_database;
  int m_depth = 0;
};

}  // namespace mlops::emulator
