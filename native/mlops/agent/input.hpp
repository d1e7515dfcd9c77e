#pragma once
// agent: the contract with the Azure Pipelines agent: inputs, variables, service connections, network settings, logging
// commands and the life of a task from its arguments to its exit code. Knows nothing of Azure's services.

#include <map>
#include <mlops/core/error.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlops::agent {

/// The types of task.json inputs that our tasks use.
enum class InputType { text, multi_line, boolean, integer, pick_list, file_path, connected_service };

/// One of the values that a pick list allows.
struct OptionSpec {
  std::string value;  ///< as in YAML
  std::string label;  ///< as the pipeline editor shows it
};

/// One row of a task's input table: the single description from which --help, validation and task.json come.
struct InputSpec {
  std::string name;   ///< as in YAML, camelCase: "jobFile"; the flag is "--job-file", the variable INPUT_JOBFILE
  std::string label;  ///< as the pipeline editor shows it
  std::string help;   ///< one or two sentences; the default is appended by the printers
  InputType type = InputType::text;
  bool required = false;
  std::string default_value;
  std::vector<OptionSpec> options;   ///< the legal values of a pick list
  std::string group;                 ///< task.json group name; empty: ungrouped
  std::vector<std::string> aliases;  ///< older names, still read
  /// Where the pipeline editor reads names to choose from, through the chosen service connection: a path below its
  /// subscription, with the api-version; $(input) in it is another input. Anything else may be typed as well.
  std::string choices;
  std::string shown_when;  ///< a rule such as "wait = true"; the editor hides the input otherwise. Empty: always shown
};

struct OutputSpec {
  std::string name;  ///< a trailing '*' marks a family, e.g. "metric_*"
  std::string help;
};

struct GroupSpec {
  std::string name;
  std::string label;
};

/// A task as its table describes it.
struct TaskSpec {
  std::string name;                 ///< "MlopsAmlSubmit"
  std::string id;                   ///< the task's GUID, never changed
  std::string executable;           ///< "aml-submit"
  std::string category = "Deploy";  ///< of task.json: where the pipeline editor lists the task
  std::string friendly_name;        ///< "Azure ML: submit"
  std::string description;          ///< one sentence
  std::string instance_name;        ///< "Submit $(jobFile)"
  std::vector<GroupSpec> groups;
  std::vector<InputSpec> inputs;
  std::vector<OutputSpec> outputs;
  std::string example;  ///< YAML lines that show the task in a pipeline, without indentation
};

/// "jobFile" -> "--job-file".
std::string flag_name(const std::string& input_name);

/// The values that a pick list allows, in the table's order.
std::vector<std::string> legal_values(const InputSpec& input);

/// A variable's name as the agent puts it into the environment: '.' and ' ' become '_', letters upper case.
std::string environment_name(const std::string& variable_name);

/// The values of a task's inputs: the flag wins over the agent's input, which wins over the default. Reads check the
/// type and throw core::Error "input-missing" or "input-invalid" that names the input both ways.
class Inputs {
 public:
  Inputs(const TaskSpec& spec, std::map<std::string, std::string> values);

  /// The trimmed text; the default when absent; empty when optional without default.
  std::string text(const std::string& name) const;
  /// Multi-line items: trimmed, without blank lines and `#` comments.
  std::vector<std::string> list(const std::string& name) const;
  /// `name=value` lines. Throws "input-invalid" for a line without '='.
  std::vector<std::pair<std::string, std::string>> pairs(const std::string& name) const;
  bool flag(const std::string& name) const;
  /// Throws "input-invalid" below `least`.
  std::int64_t integer(const std::string& name, std::int64_t least = 0) const;

  bool has(const std::string& name) const { return !text(name).empty(); }

  const TaskSpec& spec() const { return *m_spec; }

  /// Fails on missing required inputs, wrong types and values outside a pick list; the first in the table's order.
  void validate() const;

 private:
  const InputSpec& spec_of(const std::string& name) const;
  const TaskSpec* m_spec;
  std::map<std::string, std::string> m_values;  ///< by input name
};

/// An Error that says which input is wrong, as "input jobFile (--job-file)".
core::Error input_error(const std::string& input_name, const std::string& what, const std::string& hint = {});

}  // namespace mlops::agent
