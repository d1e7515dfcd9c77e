#pragma once

#include <map>
#include <mlops/emulator/mlflow/runs.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

/// A filter such as "metrics.accuracy > 0.9 and params.`model type` = 'tree' and tags.stage LIKE 'prod%'".
/// https://mlflow.org/docs/latest/search-runs.html
class Filter {
 public:
  /// Throws MlflowError INVALID_PARAMETER_VALUE that names what is wrong.
  static Filter parse(const std::string& text);

  bool accepts(const Run& run) const;
  bool accepts(const Experiment& experiment) const;
  /// For registered models and model versions: attributes ("name", "run_id", ...) and tags.
  bool accepts(const std::map<std::string, std::string>& attributes,
               const std::map<std::string, std::string>& tags) const;

 private:
  struct Clause {
    std::string entity;  ///< "metrics", "params", "tags" or "attributes"
    std::string key;
    std::string comparison;  ///< "=", "!=", "<", ..., "LIKE", "ILIKE", "IN", "NOT IN"
    std::vector<std::string> values;
    bool is_number = false;
  };
  friend class FilterParser;
  static bool holds(const Clause& clause, const std::optional<std::string>& value);

  std::vector<Clause> m_clauses;
};

/// Sorts by terms such as "metrics.accuracy DESC"; without any the newest come first. Throws MlflowError.
void sort_runs(std::vector<Run>& runs, const std::vector<std::string>& order_by);

/// Whether a view type (ACTIVE_ONLY by default, DELETED_ONLY, ALL) shows this lifecycle stage.
bool in_view(const std::string& view_type, const std::string& lifecycle);

/// SQL's LIKE: '%' is any text, '_' any character.
bool is_like(std::string_view pattern, std::string_view text, bool ignore_case);

}  // namespace mlops::emulator
