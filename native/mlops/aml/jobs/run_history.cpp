#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/jobs/run_history.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/http/url.hpp>

namespace mlops::aml {

namespace {

// Deeper pipelines than this are no pipelines but an error of the service.
constexpr int k_deepest = 8;

// The history writes UTC as "Z" or as an offset of zero.
std::optional<core::SystemTime> time_at(const json::value& run, const char* path) {
  std::string text = text_at(run, path);
  constexpr std::string_view k_zero = "+00:00";
  if (text.size() > k_zero.size() && text.compare(text.size() - k_zero.size(), k_zero.size(), k_zero) == 0) {
    text.replace(text.size() - k_zero.size(), k_zero.size(), "Z");
  }
  return core::from_iso8601(text);
}

RunNode node_of(const json::value& run) {
  RunNode node;
  node.name = text_at(run, "runId");
  node.display_name = text_at(run, "displayName");
  node.status = text_at(run, "status");
  node.parent = text_at(run, "parentRunId");
  node.type = text_at(run, "runType");
  node.created = time_at(run, "createdUtc");
  node.started = time_at(run, "startTimeUtc");
  node.ended = time_at(run, "endTimeUtc");
  return node;
}

std::string error_of(const json::value& details) {
  for (const char* path : {"error.error", "error"}) {
    const json::value* error = find_at(details, path);
    if (!error || !error->is_object()) continue;
    const std::string code = text_at(*error, "code");
    const std::string message = text_at(*error, "message");
    if (!message.empty()) return code.empty() ? message : fmt::format("{}: {}", code, message);
  }
  return {};
}

std::string run_url(Workspace& workspace, const std::string& run, const std::string& what) {
  return http::with_query(fmt::format("{}/runs/{}{}", workspace.history_url(), http::encode(run), what), "api-version",
                          k_history_api_version);
}

// A plain step has no children; not to ask for them keeps the wait for a pipeline of many steps cheap.
bool is_leaf(const RunNode& node) {
  return node.type == "azureml.StepRun" || node.type == "azureml.scriptrun";
}

void collect(Workspace& workspace, const std::string& run, int depth, std::vector<RunNode>& nodes) {
  for (auto& child : direct_children(workspace, run)) {
    const std::string name = child.name;
    const bool leaf = is_leaf(child);
    nodes.push_back(std::move(child));
    if (!leaf && depth < k_deepest) collect(workspace, name, depth + 1, nodes);
  }
}

}  // namespace

bool is_final(const std::string& status) {
  return status == "Completed" || status == "Failed" || status == "Canceled";
}

bool is_success(const std::string& status) {
  return status == "Completed";
}

std::optional<RunDetails> run_details(Workspace& workspace, const std::string& run) {
  const auto answer = workspace.ask("GET", run_url(workspace, run, "/details"), nullptr,
                                    fmt::format("can't read the state of the job \"{}\"", run));
  if (!answer) return std::nullopt;
  RunDetails details;
  details.run = node_of(*answer);
  details.error = error_of(*answer);
  for (const auto& log : object_at(*answer, "logFiles")) {
    if (log.value().is_string()) details.logs[log.key()] = std::string(log.value().get_string());
  }
  return details;
}

std::vector<RunNode> direct_children(Workspace& workspace, const std::string& run) {
  std::vector<RunNode> nodes;
  std::string url = run_url(workspace, run, "/children");
  while (!url.empty()) {
    const auto answer = workspace.ask("GET", url, nullptr, fmt::format("can't list the steps of the job \"{}\"", run));
    if (!answer) break;
    const json::value* values = find_at(*answer, "value");
    if (!values || !values->is_array()) break;
    for (const auto& value : values->get_array()) nodes.push_back(node_of(value));
    const std::string next = text_at(*answer, "nextLink");
    // The token goes nowhere but to the service it is for.
    url = next.rfind(workspace.service_url() + "/", 0) == 0 ? next : std::string();
  }
  std::stable_sort(nodes.begin(), nodes.end(), [](const RunNode& a, const RunNode& b) {
    return a.created.value_or(core::SystemTime::max()) < b.created.value_or(core::SystemTime::max());
  });
  return nodes;
}

std::vector<RunNode> child_runs(Workspace& workspace, const std::string& job) {
  std::vector<RunNode> nodes;
  collect(workspace, job, 1, nodes);
  return nodes;
}

}  // namespace mlops::aml
