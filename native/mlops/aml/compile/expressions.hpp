#pragma once

#include <mlops/document/document.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlops::aml {

/// One `${{ ... }}` of a text: "parent.jobs.train.outputs.model" in its parts.
struct Expression {
  std::vector<std::string> parts;
  /// The parts from one on, joined by dots: names of inputs in groups hold dots.
  std::string name_from(std::size_t part) const;
  /// As the service reads it, without blanks: "${{parent.inputs.data}}".
  std::string canonical() const;
};

/// The expressions of a text node in their order. Throws core::Error "expression-syntax" for one that isn't closed, is
/// empty, or holds anything but names joined by dots.
std::vector<Expression> expressions_in(const document::Node& node);

/// The expression when the text is nothing else.
std::optional<Expression> whole_expression(const document::Node& node);

/// Names of inputs or outputs, for what a command may refer to.
using Names = std::set<std::string>;

/// Checks every expression of a command: `inputs.` and `outputs.` must name something that there is. Throws core::Error
/// "expression-unknown" with the nearest name.
void check_command(const document::Node& command, const Names& inputs, const Names& outputs);

/// An Error "expression-unknown" at the node: `what` is "input", `of` says of what.
core::Error unknown_name(const document::Node& node, const std::string& what, const std::string& name,
                         const Names& known, const std::string& of);

}  // namespace mlops::aml
