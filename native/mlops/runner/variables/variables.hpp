#pragma once
// variables: what a job knows by name, macros, and how it reaches the environment of a step.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::runner {

struct Variable {
  std::string name;
  std::string value;
  bool secret = false;
  bool read_only = false;
};

/// The name a variable or an input has in a step's environment: `.` and space become `_`, upper case; nothing else
/// changes (the agent's VarUtil).
std::string environment_name(std::string_view name);

/// The variables of one job. Names compare without case.
class Variables {
 public:
  const Variable* find(std::string_view name) const;
  /// The value; empty when there is none.
  std::string get(std::string_view name) const;
  /// A secret stays one when it is set again. Returns false, and changes nothing, for a read-only variable.
  bool set(Variable variable);
  /// Sets what the runner itself provides, or a definition that replaces an earlier one: whatever stood there.
  void provide(Variable variable);

  void provide(std::string name, std::string value) {
    provide({.name = std::move(name), .value = std::move(value), .read_only = true});
  }

  std::vector<Variable> all() const;

  /// Puts values in place of `$(name)`, once, left to right; a name that is no variable is left as it stands.
  std::string expand(std::string_view text) const;
  /// Replaces macros in the variables' own values, so that one may be made of others, by what those are now. A cycle is
  /// left as it stands. Returns the values of secrets that are new so, for the masker.
  std::vector<std::string> expand_all();

 private:
  using ByName = std::map<std::string, Variable>;  ///< by lower-case name

  struct Expansion;
  void expand(const std::string& key, Expansion& expansion);

  ByName m_written;  ///< as they were set
  ByName m_values;   ///< without the macros that were known when they were expanded
};

}  // namespace mlops::runner
