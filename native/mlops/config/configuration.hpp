#pragma once

#include <functional>
#include <map>
#include <mlops/config/layer.hpp>
#include <mlops/config/names.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::config {

/// A value that is known outside the layers.
struct Known {
  std::string value;
  bool secret = false;
};

/// What references find when no layer has the name: the variables of the pipeline.
struct Outside {
  std::function<std::optional<Known>(const std::string& name)> find;
  std::vector<std::string> names;  ///< for suggestions
};

/// A variable with its final value and where that came from.
struct Variable {
  std::string name;  ///< as first declared
  std::string value;
  core::FilePlace place;                    ///< of the value that won
  core::FilePlace name_place;               ///< of its name there
  std::vector<core::FilePlace> overridden;  ///< values that lost, the nearest layer first
  bool secret = false;                      ///< named as secret, or made with the value of one that is
};

/// The layers put over one another and all references replaced.
class Configuration {
 public:
  /// Later layers win; names compare without case. `$(NAME)` is the final value of that variable in whatever layer,
  /// else what is known outside, `$$(NAME)` the text `$(NAME)`. `secrets` names variables whose values nobody may see.
  /// Throws core::Error "variable-unknown" (with the nearest name), "variable-circle" (with the chain),
  /// "variable-too-long", or "secret-unknown" when a secret is not defined.
  static Configuration resolve(const std::vector<Layer>& layers, const Outside& outside,
                               const std::vector<std::string>& secrets = {});

  /// In the order of their first declaration.
  const std::vector<Variable>& variables() const { return m_variables; }

  /// Null when there is none of that name.
  const Variable* find(const std::string& name) const;
  std::vector<std::string> names() const;

  /// Throws core::Error "required-missing" that lists every name that is undefined or empty, with the nearest name or
  /// the place.
  void require(const std::vector<std::string>& names) const;

 private:
  friend class Resolver;
  std::vector<Variable> m_variables;
  std::map<std::string, std::size_t, NameLess> m_index;
};

}  // namespace mlops::config
