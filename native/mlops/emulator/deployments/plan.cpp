#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/emulator/deployments/template.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator::deployments {

namespace {

constexpr std::int64_t k_most_copies = 800;  // of Resource Manager

/// What the names in dependsOn may mean.
struct Named {
  std::multimap<std::string, std::string> ids;  ///< by id, name and loop, all in lower case
  std::set<std::string> left_out;               ///< ids and names of resources whose condition is false
};

class Planner {
 public:
  Planner(const Scope& scope, const Places& places) : m_scope(scope), m_places(places) {}

  std::vector<PlannedResource> plan(const json::array& resources, const std::string& pointer) {
    add_all(resources, pointer, "", "");
    for (auto& resource : m_planned) find_needs(resource);
    refuse_circles();
    return std::move(m_planned);
  }

 private:
  void add_all(const json::array& resources, const std::string& pointer, const std::string& outer_type,
               const std::string& outer_name) {
    for (std::size_t i = 0; i < resources.size(); ++i) {
      const std::string here = document::pointer_to(pointer, std::to_string(i));
      const auto* object = resources[i].if_object();
      if (!object) throw invalid_template(fmt::format("The template resource {} is no object", m_places.text(here)));
      try {
        add_copies(*object, here, outer_type, outer_name);
      } catch (const ExpressionError& error) {
        throw not_valid(*object, here, error.message());
      }
    }
  }

  ServiceError not_valid(const json::object& resource, const std::string& pointer, const std::string& why) const {
    return invalid_template(
        fmt::format("The template resource '{}' {} is not valid: {} Please see "
                    "https://aka.ms/arm-syntax for usage details",
                    text_at(resource, "name"), m_places.text(pointer), why));
  }

  void add_copies(const json::object& resource, const std::string& pointer, const std::string& outer_type,
                  const std::string& outer_name) {
    const auto* copy = object_at(resource, "copy");
    if (!copy) {
      add(resource, pointer, outer_type, outer_name, {});
      return;
    }
    const std::string loop = text_at(*copy, "name");
    const auto count = integer_of(Evaluator(m_scope).value(copy->at("count")));
    if (count < 0 || count > k_most_copies) {
      throw ExpressionError(fmt::format("The copy count '{}' is not from 0 to {}.", count, k_most_copies));
    }
    m_loops.insert(core::to_lower(loop));
    for (std::int64_t i = 0; i < count; ++i) add(resource, pointer, outer_type, outer_name, {{loop, i}});
  }

  void add(const json::object& resource, const std::string& pointer, const std::string& outer_type,
           const std::string& outer_name, std::vector<CopyIndex> copies) {
    Scope scope = m_scope;
    scope.copies = copies;
    Evaluator evaluator(scope);
    const auto read = [&](const char* name) {
      const auto* raw = resource.if_contains(name);
      if (!raw) throw ExpressionError(fmt::format("Required property '{}' not found.", name));
      return evaluator.text(*raw);
    };
    PlannedResource planned;
    planned.type = outer_type + read("type");
    planned.name = outer_name + read("name");
    planned.api_version = read("apiVersion");
    planned.raw = resource;
    planned.pointer = pointer;
    const auto* target = resource.if_contains("scope");
    planned.id = resource_id(scope_of(target ? evaluator.text(*target) : ""), planned.type, planned.name);
    const auto* condition = resource.if_contains("condition");
    const bool wanted = !condition || boolean_of(evaluator.value(*condition));
    const std::string loop = copies.empty() ? "" : core::to_lower(copies.front().name);
    planned.copies = std::move(copies);
    if (!wanted) {
      m_named.left_out.insert({core::to_lower(planned.id), core::to_lower(planned.name)});
      return;
    }
    const std::string id = core::to_lower(planned.id);
    if (m_named.ids.contains(id)) throw ExpressionError(fmt::format("The resource '{}' is defined twice.", planned.id));
    m_named.ids.emplace(id, id);
    m_named.ids.emplace(core::to_lower(planned.name), id);
    if (!loop.empty()) m_named.ids.emplace(loop, id);
    const std::string type = planned.type + '/';
    const std::string name = planned.name + '/';
    m_planned.push_back(std::move(planned));
    if (const auto* children = resource.if_contains("resources"); children && children->is_array()) {
      add_all(children->get_array(), document::pointer_to(pointer, "resources"), type, name);
    }
  }

  // "Microsoft.Storage/storageAccounts/name" is relative to the group.
  std::string scope_of(const std::string& given) const {
    if (given.empty() || given.starts_with('/')) return given.empty() ? m_scope.surroundings->group_id() : given;
    return m_scope.surroundings->group_id() + "/providers/" + given;
  }

  void find_needs(PlannedResource& resource) {
    const auto* depends = resource.raw.if_contains("dependsOn");
    if (!depends || !depends->is_array()) return;
    Scope scope = m_scope;
    scope.copies = resource.copies;
    for (const auto& raw : depends->get_array()) {
      std::string name;
      try {
        name = core::to_lower(Evaluator(scope).text(raw));
      } catch (const ExpressionError& error) {
        throw not_valid(resource.raw, resource.pointer, error.message());
      }
      const auto [first, last] = m_named.ids.equal_range(by_name(name));
      for (auto found = first; found != last; ++found) resource.needs.insert(found->second);
      if (first == last && !m_named.left_out.contains(by_name(name)) && !m_loops.contains(name)) {
        throw invalid_template(
            fmt::format("The resource '{}' is not defined in the template, on which '{}' {} depends. "
                        "Please see https://aka.ms/arm-syntax for usage details",
                        name, resource.name, m_places.text(resource.pointer)));
      }
    }
  }

  // An id, a name, a loop, or "Microsoft.Storage/storageAccounts/name".
  std::string by_name(const std::string& name) const {
    if (m_named.ids.contains(name) || m_named.left_out.contains(name)) return name;
    const std::string full = core::to_lower(scope_of(name));
    return m_named.ids.contains(full) || m_named.left_out.contains(full) ? full : name;
  }

  void refuse_circles() const {
    std::set<std::string> done;
    for (std::size_t before = done.size() + 1; before != done.size();) {
      before = done.size();
      for (const auto& resource : m_planned) {
        if (std::includes(done.begin(), done.end(), resource.needs.begin(), resource.needs.end())) {
          done.insert(core::to_lower(resource.id));
        }
      }
    }
    for (const auto& resource : m_planned) {
      if (done.contains(core::to_lower(resource.id))) continue;
      throw invalid_template(fmt::format("Circular dependency detected on resource '{}' {}", resource.id,
                                         m_places.text(resource.pointer)));
    }
  }

  const Scope& m_scope;
  const Places& m_places;
  std::vector<PlannedResource> m_planned;
  Named m_named;
  std::set<std::string> m_loops;
};

}  // namespace

std::string resource_id(const std::string& scope, const std::string& type, const std::string& name) {
  const auto types = core::split(type, '/');
  const auto names = core::split(name, '/');
  if (types.size() != names.size() + 1) {
    throw ExpressionError(
        fmt::format("The type '{}' and the name '{}' have incorrect segment lengths: a name has one "
                    "segment less than its type.",
                    type, name));
  }
  std::string id = scope + "/providers/" + types.front();
  for (std::size_t i = 0; i < names.size(); ++i) id += '/' + types[i + 1] + '/' + names[i];
  return id;
}

std::vector<PlannedResource> plan_resources(const json::array& resources, const Scope& scope, const Places& places,
                                            const std::string& pointer) {
  return Planner(scope, places).plan(resources, pointer);
}

}  // namespace mlops::emulator::deployments
