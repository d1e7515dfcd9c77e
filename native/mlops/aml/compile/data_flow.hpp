#pragma once

#include <mlops/aml/compile/expressions.hpp>
#include <mlops/aml/compile/fields.hpp>
#include <optional>
#include <string>

namespace mlops::aml {

/// An input or output of a job or step as its YAML declares it, before any upload.
struct Port {
  std::string type;  ///< uri_file, uri_folder, mltable, *_model, or string, number, integer, boolean; may be empty
  std::string mode;  ///< as in YAML: ro_mount, download, ...; may be empty
  std::optional<Expression> binding;
  bool literal = false;  ///< holds a plain value
  std::string value;     ///< of a literal, as the service wants it: True, 0.1, ...
};

/// Reads one declaration. A null node is an output without settings. Throws "value-invalid", "key-unknown".
Port input_port(const Scope& scope, const Node& node);
Port output_port(const Scope& scope, const Node& node);

/// The REST form of a job's input (camelCase). Uploads what is local.
json::value job_input(const Scope& scope, const Node& node);
json::value job_output(const Scope& scope, const Node& node);

/// All inputs or outputs of a job. Inputs without a value are left out, as the service refuses them.
json::value job_inputs(const Scope& scope, const Node& node);
json::value job_outputs(const Scope& scope, const Node& node);

/// Names below a mapping, of groups as "group.name".
Names names_of(const std::optional<Node>& mapping);

/// A scalar as Python's str() writes it, which is what the service expects of a literal.
std::string python_text(const json::value& value);

/// The words of `mode:` and their REST spelling.
const std::vector<std::pair<std::string, std::string>>& input_modes();
const std::vector<std::pair<std::string, std::string>>& output_modes();

}  // namespace mlops::aml
