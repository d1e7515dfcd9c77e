// Tasks of agentless jobs that consist of a task.json alone. Its texts name inputs, values of the connection and
// variables as $(name).
// https://github.com/microsoft/azure-pipelines-tasks/blob/master/docs/authoring/servertaskauthoring.md
#include <fmt/format.h>

#include <mlops/document/document.hpp>
#include <mlops/runner/steps/task_inputs.hpp>
#include <mlops/runner/tasks/http_call.hpp>
#include <mlops/runner/tasks/table.hpp>
#include <mlops/runner/variables/connection_access.hpp>

namespace mlops::runner {

namespace {

namespace json = boost::json;

constexpr std::string_view k_endpoint = "endpoint.";

const json::object* member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_object() : nullptr;
}

const json::object& execute_of(const StepRun& run, const TaskFolder& task) {
  const auto* execution = member(task.manifest, "execution");
  const auto* handler = execution ? member(*execution, "HttpRequest") : nullptr;
  if (const auto* execute = handler ? member(*handler, "Execute") : nullptr) return *execute;
  throw run.error("task-handler-unknown", fmt::format("the task {} has no handler HttpRequest.", run.step.task),
                  "Only such tasks of agentless jobs run on this machine; --skip-task leaves one out.");
}

void require_inputs(const StepRun& run, const TaskFolder& task, const std::vector<TaskInput>& inputs) {
  const auto* all = task.manifest.if_contains("inputs");
  if (!all || !all->is_array()) return;
  for (const auto& declared : all->get_array()) {
    const auto* required = declared.as_object().if_contains("required");
    if (!required || !core::equals_ignoring_case(document::to_text(*required), "true")) continue;
    const auto name = document::to_text(declared.at("name"));
    const bool given = std::any_of(inputs.begin(), inputs.end(),
                                   [&](const TaskInput& one) { return one.name == name && !one.value.empty(); });
    if (!given) {
      throw run.error("input-missing", fmt::format("the task {} needs the input \"{}\".", run.step.task, name),
                      "Add it below inputs:.");
    }
  }
}

/// The texts of the section Execute with everything in them replaced.
class Texts {
 public:
  Texts(const StepRun& run, const json::object& execute, const std::vector<TaskInput>& inputs)
      : m_run(run), m_execute(execute), m_inputs(inputs) {}

  void use(const Connection* connection) { m_connection = connection; }

  std::string get(std::string_view key) const {
    const auto* value = m_execute.if_contains(key);
    return value ? expand(document::to_text(*value)) : std::string();
  }

 private:
  std::string expand(const std::string& text) const {
    std::string result;
    std::size_t position = 0;
    for (auto open = text.find("$("); open != std::string::npos; open = text.find("$(", position)) {
      const auto close = text.find(')', open);
      if (close == std::string::npos) break;
      result += text.substr(position, open - position);
      result += value_of(text.substr(open + 2, close - open - 2));
      position = close + 1;
    }
    return result + text.substr(position);
  }

  std::string value_of(const std::string& name) const {
    if (m_connection && core::to_lower(name).starts_with(k_endpoint)) {
      const auto of_endpoint = name.substr(k_endpoint.size());
      return core::equals_ignoring_case(of_endpoint, "url") ? url_of(*m_connection)
                                                            : data_of(*m_connection, of_endpoint);
    }
    for (const auto& input : m_inputs) {
      if (core::equals_ignoring_case(input.name, name)) return input.value;
    }
    return m_run.job.variables.expand("$(" + name + ")");
  }

  const StepRun& m_run;
  const json::object& m_execute;
  const std::vector<TaskInput>& m_inputs;
  const Connection* m_connection = nullptr;
};

}  // namespace

Result run_server_task(StepRun& run, const TaskFolder& task) {
  const auto& execute = execute_of(run, task);
  const auto inputs = resolve_inputs(run, task);
  require_inputs(run, task, inputs);
  Texts texts(run, execute, inputs);
  const auto name = texts.get("EndpointId");
  const auto* connection = name.empty() ? nullptr : &require_connection(run, name);
  texts.use(connection);
  return run_call(run,
                  {.method = texts.get("Method"),
                   .url = texts.get("EndpointUrl"),
                   .headers = texts.get("Headers"),
                   .body = texts.get("Body"),
                   .expression = texts.get("Expression"),
                   .wait_for_completion = core::equals_ignoring_case(texts.get("WaitForCompletion"), "true")},
                  connection);
}

}  // namespace mlops::runner
