#include <fmt/format.h>

#include <mlops/emulator/store/store.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS resources (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
  body TEXT NOT NULL, revision INTEGER NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL,
  UNIQUE (workspace, kind, name, version));
)";

constexpr const char* k_columns = "workspace, kind, name, version, body, revision, created, modified, sequence";

Resource resource_of(const Rows& rows) {
  Resource resource;
  resource.key = {rows.text(0), rows.text(1), rows.text(2), rows.text(3)};
  resource.body = json::parse(rows.text(4)).as_object();
  resource.sequence = rows.integer(8);
  resource.etag = fmt::format("\"{:x}-{:x}\"", resource.sequence, rows.integer(5));
  resource.created = rows.text(6);
  resource.modified = rows.text(7);
  return resource;
}

}  // namespace

json::object& Resource::properties() {
  json::value& value = body["properties"];
  if (!value.is_object()) value.emplace_object();
  return value.get_object();
}

const json::object* Resource::find_properties() const {
  const json::value* value = body.if_contains("properties");
  return value ? value->if_object() : nullptr;
}

Store::Store(Database& database, const core::Clock& clock) : m_database(database), m_clock(clock) {
  m_database.execute(k_schema);
}

std::optional<Resource> Store::find(const ResourceKey& key) const {
  Rows rows = m_database.query(
      fmt::format("SELECT {} FROM resources WHERE workspace=? AND kind=? AND name=? AND version=?", k_columns),
      key.workspace, key.kind, key.name, key.version);
  if (!rows.next()) return std::nullopt;
  return resource_of(rows);
}

Resource Store::put(const ResourceKey& key, json::object body) {
  const std::string now = core::to_iso8601(m_clock.now(), true);
  m_database.run(
      "INSERT INTO resources (workspace, kind, name, version, body, revision, created, modified) "
      "VALUES (?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (workspace, kind, name, version) "
      "DO UPDATE SET body=excluded.body, revision=revision+1, modified=excluded.modified",
      key.workspace, key.kind, key.name, key.version, json::serialize(body), now, now);
  return find(key).value();
}

std::optional<Resource> Store::insert(const ResourceKey& key, json::object body) {
  std::optional<Resource> inserted;
  m_database.transaction([&] {
    if (!find(key)) inserted = put(key, std::move(body));
  });
  return inserted;
}

std::optional<Resource> Store::update(const ResourceKey& key, const std::function<void(Resource&)>& change) {
  std::optional<Resource> resource;
  m_database.transaction([&] {
    resource = find(key);
    if (!resource) return;
    change(*resource);
    resource = put(key, std::move(resource->body));
  });
  return resource;
}

bool Store::remove(const ResourceKey& key) {
  return m_database.run("DELETE FROM resources WHERE workspace=? AND kind=? AND name=? AND version=?", key.workspace,
                        key.kind, key.name, key.version) > 0;
}

int Store::remove_all(const std::string& workspace, const std::string& kind, const std::string& name) {
  return m_database.run("DELETE FROM resources WHERE workspace=? AND kind=? AND name=?", workspace, kind, name);
}

std::vector<Resource> Store::list(const Query& query) const {
  const std::string sql = fmt::format(
      "SELECT {} FROM resources WHERE (?1='' OR workspace=?1) AND kind=?2 AND (?3 IS NULL OR name=?3) "
      "ORDER BY sequence {} LIMIT ?4 OFFSET ?5",
      k_columns, query.order == Order::newest_first ? "DESC" : "ASC");
  Rows rows = m_database.query(sql, query.workspace, query.kind, query.name, static_cast<std::int64_t>(query.limit),
                               static_cast<std::int64_t>(query.offset));
  std::vector<Resource> resources;
  while (rows.next()) resources.push_back(resource_of(rows));
  return resources;
}

}  // namespace mlops::emulator
