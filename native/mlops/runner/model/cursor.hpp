#pragma once

#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

/// A handle on one node of an expanded pipeline, with reads that fail with the node's origin.
class Cursor {
 public:
  Cursor(const Expanded& expanded, const boost::json::value& value, std::string pointer)
      : m_expanded(&expanded), m_value(&value), m_pointer(std::move(pointer)) {}

  /// The member of that name; empty when this is no mapping or lacks it, or the member is null.
  std::optional<Cursor> find(std::string_view key) const;
  bool has(std::string_view key) const;
  std::vector<Cursor> elements() const;                         ///< of a sequence; throws "type-wrong"
  std::vector<std::pair<std::string, Cursor>> members() const;  ///< of a mapping; throws "type-wrong"

  bool is_mapping() const { return m_value->is_object(); }

  bool is_sequence() const { return m_value->is_array(); }

  std::string text() const;                                                 ///< of a scalar; null is empty
  std::string text(std::string_view key, std::string fallback = {}) const;  ///< of a member
  /// A scalar or a list of them; empty when the member is missing.
  std::optional<std::vector<std::string>> list(std::string_view key) const;
  /// The name of a stage, a job or a step that a member holds; may be empty. Throws "name-invalid" for one that the
  /// service takes none: letters, digits and `_`, the first no digit.
  std::string name(std::string_view key, std::string_view of_what) const;
  Pairs pairs(std::string_view key) const;  ///< a mapping of scalars; empty when the member is missing

  /// Where a member stands; where this does when there is none.
  Origin origin_of(std::string_view key) const {
    const auto member = find(key);
    return member ? member->origin() : origin();
  }

  Origin origin() const { return m_expanded->origin_of(m_pointer); }

  core::Error error(std::string code, std::string message, std::string hint = {}) const;
  /// The first key that is in neither list throws "key-unknown".
  void require_keys(const std::vector<std::string_view>& allowed, std::string_view what) const;

 private:
  const Expanded* m_expanded;
  const boost::json::value* m_value;
  std::string m_pointer;
};

/// Reads the steps of a sequence; a missing sequence is an empty one.
std::vector<Step> read_steps(const std::optional<Cursor>& steps);
std::vector<VariableEntry> read_variables(const std::optional<Cursor>& variables);
/// `on_server` is what the stage's or the pipeline's pool says, for a job that has none.
Job read_job(const Cursor& node, std::size_t number, bool on_server);
/// Whether a node's pool is `server`; empty without one.
std::optional<bool> is_on_server(const Cursor& node);
/// Throws "name-invalid" for what is no name of a stage, a job, a step or a row of a matrix.
void require_name(std::string_view name, std::string_view of_what, const Origin& origin);
/// The one job of a pipeline that has only `steps:`.
Job read_implicit_job(const Cursor& root);

}  // namespace mlops::runner
