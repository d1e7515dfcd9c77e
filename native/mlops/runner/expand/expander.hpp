#pragma once

#include <functional>
#include <mlops/expression/evaluate.hpp>
#include <mlops/runner/expand/parameters.hpp>
#include <mlops/runner/expand/template_files.hpp>
#include <mlops/runner/expand/template_text.hpp>
#include <mlops/runner/expand/tree.hpp>

namespace mlops::runner {

/// The expansion of one file with what its expressions see, and of the templates that it asks for.
class Expander {
 public:
  /// `contexts` holds `parameters` and `variables`; `included_from` the places that led to the file.
  Expander(TemplateFiles& files, TemplateFile file, boost::json::object contexts, Includes included_from);

  /// The file as a pipeline: its top mapping, with the template that it extends in its place.
  Tree pipeline();
  /// The list that the file is a template of: its stages, jobs, steps or variables; any of them when `kind` is empty.
  Tree::Items list(const std::string& kind, const Origin& asked_at);

  const boost::json::object& variables() const { return m_contexts.at("variables").get_object(); }

 private:
  using Body = std::function<void()>;

  /// How the conditions that stand one after the other have fared so far.
  enum class Chain { none, open, taken };

  /// `key` is what the node stands below; k_data where it is data, whatever its keys are called.
  Tree expand(const document::Node& node, const std::string& key);
  Tree scalar(const document::Node& node);
  /// Counts what an expression made.
  void count_nodes(const Tree& tree);
  void items(const document::Node& sequence, const std::string& kind, Tree::Items& result);
  void item(const document::Node& node, const std::string& kind, Tree::Items& result);
  /// `kind` is the key that the mapping stands below: each of `variables` is seen by what comes after it.
  void members(const document::Node& mapping, const std::string& kind, Tree::Members& result);
  /// Adds the members of the mapping below a directive's key, which may be an expression.
  void insert_members(const document::Node& below, const std::string& kind, const Origin& origin,
                      Tree::Members& result);
  /// Adds a member. Throws "template-twice" when there is one of that name.
  void add(Tree::Members& members, const std::string& kind, Tree::Member one, const Origin& origin);
  void add_extended(const document::Node& extends, Tree::Members& result);
  void include(const document::Node& node, const std::string& kind, Tree::Items& result);

  /// Runs the body, which expands what stands below the directive's key, as often as the directive says.
  void direct(const Directive& directive, const Origin& origin, Chain& chain, const Body& body);
  void repeat(const Directive& directive, const Origin& origin, const Body& body);

  /// The mapping that asks for the template that is extended; null where conditions leave none.
  std::optional<document::Node> extended_by(const document::Node& extends);
  Expander of_template(const document::Node& reference, const Origin& origin);
  std::vector<GivenParameter> given_parameters(const document::Node& reference);
  void see_variable(const std::string& name, const Tree& value);

  Origin origin_of(core::FilePlace place) const { return {std::move(place), m_included_from}; }

  expression::Value evaluate(const std::string& text, const Origin& origin);
  std::string text_of(const std::string& text, const Origin& origin);

  TemplateFiles& m_files;
  TemplateFile m_file;
  boost::json::object m_contexts;
  Includes m_included_from;
  std::unordered_map<std::string, expression::Node> m_parsed;  ///< a loop evaluates the same text again and again
};

}  // namespace mlops::runner
