#pragma once

#include <memory>
#include <mlops/emulator/deployments/evaluator.hpp>
#include <mlops/emulator/deployments/places.hpp>
#include <set>
#include <string>
#include <vector>

namespace mlops::emulator::deployments {

/// One resource that a template makes: each copy is one, those whose condition is false are none.
struct PlannedResource {
  std::string id;
  std::string type;
  std::string name;  ///< "account/default/container"
  std::string api_version;
  json::object raw;               ///< its members as the template has them
  std::vector<CopyIndex> copies;  ///< of the loop that made it
  std::set<std::string> needs;    ///< ids, in lower case, of what must be there first
  std::string pointer;            ///< where it stands in the template

  bool is_deployment() const;
};

/// A template with the values of its parameters: all that can be told before anything is deployed. Everything in it
/// throws ServiceError "InvalidTemplate" with line and column.
class Template {
 public:
  /// `given` is {"name": {"value": ...}}. `pointer` is where the template stands below that of `places`.
  Template(json::object definition, const json::object& given, Surroundings surroundings,
           std::shared_ptr<const Places> places, std::string pointer = {});
  /// A nested template whose expressions see the parameters and variables of the outer one.
  Template(json::object definition, const Template& outer, Surroundings surroundings, std::string pointer);
  Template(const Template&) = delete;
  Template& operator=(const Template&) = delete;

  const std::vector<PlannedResource>& resources() const { return m_resources; }

  const Surroundings& surroundings() const { return m_surroundings; }

  const std::shared_ptr<const Places>& places() const { return m_places; }

  const std::string& pointer() const { return m_pointer; }

  /// {"name": {"type", "value"}} without the values of secure parameters.
  json::object shown_parameters() const;

  /// A resource as it is sent: its members evaluated, without those that steer the deployment. The template of a nested
  /// deployment stays as it is. Throws Unresolved unless `keep_unresolved`.
  json::object body_of(const PlannedResource& resource, Runtime& runtime, bool keep_unresolved) const;

  /// {"name": {"type", "value"}}.
  json::object outputs(Runtime& runtime) const;

  /// The planned resource with an id, or a name; null when there is none.
  const PlannedResource* find(const std::string& id_or_name) const;

 private:
  void plan();
  Scope scope() const;
  ServiceError error_at(const std::string& pointer, const std::string& what, const std::string& message) const;

  json::object m_definition;
  json::object m_parameters;
  json::object m_variables;
  Surroundings m_surroundings;
  std::shared_ptr<const Places> m_places;
  std::string m_pointer;
  std::vector<PlannedResource> m_resources;
};

/// The values of a template's parameters: what is given, then the defaults; types and limits are checked.
json::object bind_parameters(const json::object& definitions, const json::object& given,
                             const Surroundings& surroundings, const Places& places, const std::string& pointer);

/// The resources of a template, in its order, with their dependencies.
std::vector<PlannedResource> plan_resources(const json::array& resources, const Scope& scope, const Places& places,
                                            const std::string& pointer);

/// The full id: the type's parts and the name's by turns, below the scope (an id; the group when empty).
std::string resource_id(const std::string& scope, const std::string& type, const std::string& name);

}  // namespace mlops::emulator::deployments
