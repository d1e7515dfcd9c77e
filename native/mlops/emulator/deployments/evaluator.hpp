#pragma once

#include <mlops/emulator/deployments/functions.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlops::emulator::deployments {

/// Where a deployment takes place: what subscription(), resourceGroup(), environment() and deployment() tell.
struct Surroundings {
  std::string subscription;
  std::string tenant;
  std::string group;
  std::string location;  ///< of the group
  std::string base_url;
  std::string now;          ///< ISO 8601
  json::object deployment;  ///< {"name", "properties": {"template", "parameters", "mode", ...}}

  std::string group_id() const { return "/subscriptions/" + subscription + "/resourceGroups/" + group; }
};

/// What is there while a template is deployed.
class Runtime {
 public:
  virtual ~Runtime() = default;
  /// The properties of a resource, or with `full` all of it. `target` is an id or the name of one in the template.
  /// Throws Unresolved when it isn't there yet.
  virtual json::value reference(const std::string& target, const std::string& api_version, bool full) = 0;
  /// What an action of a resource such as listKeys answers.
  virtual json::value list(const std::string& action, const std::string& target, const std::string& api_version) = 0;
};

/// A reference to a resource that is not there yet.
class Unresolved : public ExpressionError {
 public:
  explicit Unresolved(const std::string& target)
      : ExpressionError("The resource '" + target + "' is not there to be referred to."), m_target(target) {}

  const std::string& target() const { return m_target; }

 private:
  std::string m_target;
};

/// A running copy loop.
struct CopyIndex {
  std::string name;
  std::int64_t index = 0;
};

/// What the expressions at some place of a template can see.
struct Scope {
  const Surroundings* surroundings = nullptr;
  const json::object* parameters = nullptr;  ///< values by name
  const json::object* variables = nullptr;   ///< definitions as the template has them
  Runtime* runtime = nullptr;                ///< null where reference() is not allowed
  std::vector<CopyIndex> copies = {};        ///< the innermost last
  bool keep_unresolved = false;              ///< a text whose reference isn't there stays an expression
  bool in_default = false;                   ///< newGuid() and utcNow() are allowed in default values alone
};

/// Evaluates expressions in a scope. Throws ExpressionError.
class Evaluator {
 public:
  explicit Evaluator(Scope scope) : m_scope(std::move(scope)) {}

  /// A value with all texts and names of members in it; `copy` inside a mapping makes lists.
  json::value value(const json::value& raw);

  std::string text(const json::value& raw) { return text_of(value(raw)); }

  json::object object(const json::object& raw);

  const Scope& scope() const { return m_scope; }

 private:
  json::value expression(const Expression& node);
  json::value call(const Expression& node);
  json::value member(const json::value& from, const std::string& name) const;
  json::value element(const json::value& from, const json::value& index) const;
  json::value variable(const std::string& name);
  json::value parameter(const std::string& name) const;
  json::value copy_index(const Arguments& arguments) const;
  json::value choose(const Expression& node);
  json::value contextual(const std::string& name, const Arguments& arguments, bool& known);
  json::value reference(const Arguments& arguments) const;
  void expand_copies(const json::value& copies, json::object& target);
  json::array copy_of(const json::object& copy);

  Scope m_scope;
  std::vector<std::string> m_open_variables;  ///< those under evaluation, to see a circle
};

/// resourceId() and its relatives, which put ids together. Empty for another function.
std::optional<json::value> id_function(const std::string& name, const Arguments& arguments,
                                       const Surroundings& surroundings);

/// resourceGroup(), subscription(), deployment(), environment(), tenant(). Empty for another function.
std::optional<json::value> surroundings_function(const std::string& name, const Surroundings& surroundings);

}  // namespace mlops::emulator::deployments
