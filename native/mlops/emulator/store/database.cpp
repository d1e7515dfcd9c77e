#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/emulator/store/database.hpp>

namespace mlops::emulator {

namespace {

[[noreturn]] void fail(sqlite3* database, std::string_view what) {
  throw core::Error("database-failed",
                    fmt::format("the emulator's database refused \"{}\": {}.", what.substr(0, 120),
                                database ? sqlite3_errmsg(database) : "out of memory"),
                    {}, "Check the free disk space and the permissions of the data folder.");
}

}  // namespace

Rows::Rows(sqlite3* database, std::unique_lock<std::recursive_mutex> lock, std::string_view sql)
    : m_database(database), m_lock(std::move(lock)) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) {
    fail(database, sql);
  }
  m_statement.reset(statement);
}

bool Rows::next() {
  const int code = sqlite3_step(m_statement.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const std::string sql = sqlite3_sql(m_statement.get());
  fail(m_database, sql);
}

std::string Rows::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(m_statement.get(), column));
  return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column)))
              : std::string();
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(m_statement.get(), column);
}

double Rows::real(int column) const {
  return sqlite3_column_double(m_statement.get(), column);
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL;
}

void Rows::bind(int index, std::string_view value) {
  sqlite3_bind_text64(m_statement.get(), index, value.data() ? value.data() : "", value.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}

void Rows::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(m_statement.get(), index, value);
}

void Rows::bind(int index, double value) {
  sqlite3_bind_double(m_statement.get(), index, value);
}

void Rows::bind(int index, std::nullptr_t) {
  sqlite3_bind_null(m_statement.get(), index);
}

Database::Database(const std::filesystem::path& file) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &database,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  m_database.reset(database);
  if (code != SQLITE_OK) fail(database, "open " + file.string());
  sqlite3_busy_timeout(database, 5000);
  execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;");
}

void Database::execute(const std::string& script) {
  const auto held = lock();
  if (sqlite3_exec(m_database.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(m_database.get(), script);
  }
}

void Database::transaction(const std::function<void()>& function) {
  const auto held = lock();
  if (m_depth > 0) return function();
  execute("BEGIN IMMEDIATE");
  ++m_depth;
  try {
    function();
    --m_depth;
    execute("COMMIT");
  } catch (...) {
    m_depth = 0;
    sqlite3_exec(m_database.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

}  // namespace mlops::emulator
