#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <mlops/core/world.hpp>
#include <mlops/emulator/store/database.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

namespace json = boost::json;

/// Which resource. `workspace` is the workspace's full Resource Manager id in its canonical spelling (Workspace::id).
/// `kind` is the collection in the path: "jobs", "data", "models", "environments", "components", "codes", "computes",
/// "datastores", "onlineEndpoints", and "deployments" with the endpoint as name and the deployment as version.
/// `version` is empty for what has none.
struct ResourceKey {
  std::string workspace;
  std::string kind;
  std::string name;
  std::string version = {};
};

/// A stored resource. `body` is what the client put, completed by us: {"properties": {...}, "tags", "location", ...}
/// without id, name, type and systemData, which rendering adds.
struct Resource {
  ResourceKey key;
  json::object body;
  std::string etag;
  std::string created;        ///< ISO 8601
  std::string modified;       ///< ISO 8601
  std::int64_t sequence = 0;  ///< grows with each creation

  /// The member "properties", made when missing.
  json::object& properties();
  const json::object* find_properties() const;
};

/// Resources as JSON documents in the database.
class Store {
 public:
  Store(Database& database, const core::Clock& clock);

  std::optional<Resource> find(const ResourceKey& key) const;
  /// Creates or replaces; creation time and sequence of an existing one stay.
  Resource put(const ResourceKey& key, json::object body);
  /// Creates; empty when it exists already.
  std::optional<Resource> insert(const ResourceKey& key, json::object body);
  /// Reads, changes and writes as one step; what the function throws leaves the resource as it was. Empty when there
  /// is no such resource.
  std::optional<Resource> update(const ResourceKey& key, const std::function<void(Resource&)>& change);
  bool remove(const ResourceKey& key);
  /// Removes every version of a name, e.g. all deployments of an endpoint.
  int remove_all(const std::string& workspace, const std::string& kind, const std::string& name);

  enum class Order { newest_first, oldest_first };

  struct Query {
    std::string workspace;  ///< empty: in all workspaces
    std::string kind;
    std::optional<std::string> name = {};
    Order order = Order::newest_first;
    std::size_t offset = 0;
    std::size_t limit = 1'000'000;
  };

  std::vector<Resource> list(const Query& query) const;

 private:
  Database& m_database;
  const core::Clock& m_clock;
};

}  // namespace mlops::emulator
