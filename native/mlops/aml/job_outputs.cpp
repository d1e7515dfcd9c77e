#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mlops/aml/job_outputs.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/client.hpp>
#include <mlops/http/url.hpp>
#include <set>

namespace mlops::aml {

namespace {

constexpr std::size_t k_parallel = 4;

/// An output as the run history knows it.
struct KnownOutput {
  std::string asset_id;
  std::string type;
};

std::map<std::string, KnownOutput> outputs_of_run(Workspace& workspace, const std::string& run) {
  const std::string url = http::with_query(workspace.history_url() + "/rundata", "api-version", k_history_api_version);
  const auto answer = workspace.ask(
      "POST", url,
      {{"runId", run}, {"selectRunMetadata", true}, {"selectRunDefinition", true}, {"selectJobSpecification", true}},
      fmt::format("can't read the outputs of the job \"{}\"", run));
  std::map<std::string, KnownOutput> outputs;
  if (!answer) return outputs;
  for (const auto& output : object_at(*answer, "runMetadata.outputs")) {
    outputs[output.key()] = {text_at(output.value(), "assetId"), text_at(output.value(), "type")};
  }
  return outputs;
}

// Data and models are resolved by services of their own.
std::string resolved_uri(Workspace& workspace, const KnownOutput& output) {
  const bool model = core::to_lower(output.type).find("model") != std::string::npos;
  const std::string url = model ? http::with_query(fmt::format("{}/modelregistry/v1.0{}/models/batchGetResolvedUris",
                                                               workspace.service_url(), workspace.id()),
                                                   "api-version", k_history_api_version)
                                : http::with_query(fmt::format("{}/data/v1.0{}/dataversion/batchGetResolvedUris",
                                                               workspace.service_url(), workspace.id()),
                                                   "api-version", k_data_api_version);
  const auto answer = workspace.ask("POST", url, {{"values", json::array{json::value(output.asset_id)}}},
                                    "can't resolve the place of an output");
  if (!answer) return {};
  const auto& values = object_at(*answer, "values");
  const json::value* value = values.if_contains(output.asset_id);
  if (!value) return {};
  const std::string uri = text_at(*value, "uri");
  return uri.empty() ? text_at(*value, "path") : uri;
}

bool is_place(const std::string& uri) {
  return uri.rfind("azureml://", 0) == 0 && uri.find("datastores/") != std::string::npos &&
         uri.find("${{") == std::string::npos;
}

OutputPlace place_of(const std::string& job, const std::string& output, const std::string& uri,
                     const std::string& type) {
  const DatastorePath path = parse_datastore_uri(uri);
  OutputPlace place{job, output, path.datastore, path.path,
                    core::to_lower(type) == "uri_file" || core::to_lower(type) == "urifile"};
  while (!place.path.empty() && place.path.back() == '/') place.path.pop_back();
  return place;
}

/// Looks for one output in one run and remembers what names it saw.
class Finder {
 public:
  Finder(Workspace& workspace, std::set<std::string>& seen) : m_workspace(workspace), m_seen(seen) {}

  std::optional<OutputPlace> in_run(const std::string& run, const std::string& output) {
    const auto outputs = outputs_of_run(m_workspace, run);
    for (const auto& [name, known] : outputs) m_seen.insert(name);
    const auto found = outputs.find(output);
    if (found == outputs.end()) return std::nullopt;
    const std::string uri = resolved_uri(m_workspace, found->second);
    return is_place(uri) ? std::optional<OutputPlace>(place_of(run, output, uri, found->second.type)) : std::nullopt;
  }

  std::optional<OutputPlace> in_resource(const json::value& job, const std::string& output) {
    const auto& outputs = object_at(job, "properties.outputs");
    for (const auto& one : outputs) m_seen.insert(one.key());
    const json::value* found = outputs.if_contains(output);
    if (!found) return std::nullopt;
    const std::string uri = text_at(*found, "uri");
    if (!is_place(uri)) return std::nullopt;
    return place_of(text_at(job, "name"), output, uri, text_at(*found, "jobOutputType"));
  }

  // Where jobs write unless they are told otherwise.
  std::optional<OutputPlace> by_convention(const std::string& run, const std::string& output) {
    OutputPlace place{run, output, m_workspace.default_datastore().name, fmt::format("azureml/{}/{}", run, output)};
    return m_workspace.container(place.datastore).list(place.path + "/", 1).empty() ? std::nullopt
                                                                                    : std::optional(place);
  }

 private:
  Workspace& m_workspace;
  std::set<std::string>& m_seen;
};

/// The step and its output that fill an output of the pipeline.
struct Source {
  std::string step;
  std::string display_name;
  std::string output;
};

std::optional<Source> source_of(const json::value& job, const std::string& output) {
  const std::string binding = fmt::format("${{{{parent.outputs.{}}}}}", output);
  for (const auto& step : object_at(job, "properties.jobs")) {
    for (const auto& one : object_at(step.value(), "outputs")) {
      if (text_at(one.value(), "value") != binding) continue;
      return Source{step.key(), text_at(step.value(), "display_name"), one.key()};
    }
  }
  return std::nullopt;
}

struct Entry {
  std::string name;  ///< relative to the output
  azure::BlobItem blob;
};

std::vector<Entry> entries_of(Workspace& workspace, const OutputPlace& place) {
  azure::BlobContainer container = workspace.container(place.datastore);
  std::vector<Entry> entries;
  for (auto& blob : container.list(place.path)) {
    std::string name;
    if (blob.name == place.path) {
      name = blob.name.substr(blob.name.rfind('/') + 1);
    } else if (place.path.empty()) {
      name = blob.name;
    } else if (blob.name.size() > place.path.size() && blob.name[place.path.size()] == '/') {
      name = blob.name.substr(place.path.size() + 1);  // not a neighbour whose name only begins the same
    }
    if (!name.empty() && name.back() != '/') entries.push_back({std::move(name), std::move(blob)});
  }
  return entries;
}

core::Error missing(const std::string& job, const std::string& output, const std::set<std::string>& seen) {
  const auto nearest = core::nearest(output, seen);
  return {
      "output-missing",
      fmt::format("the job \"{}\" has no output \"{}\"{}", job, output, nearest ? core::did_you_mean(nearest) : "."),
      {},
      seen.empty() ? "It and its steps have no outputs." : fmt::format("There are: {}.", fmt::join(seen, ", "))};
}

}  // namespace

std::map<std::string, double> job_metrics(Workspace& workspace, const std::string& job) {
  std::vector<std::string> runs;
  for (const auto& child : child_runs(workspace, job)) runs.push_back(child.name);
  runs.push_back(job);
  mlflow::Client client(workspace.service_transport(), workspace.tracking_url());
  std::vector<std::optional<mlflow::Run>> found(runs.size());
  http::parallel_for(runs.size(), k_parallel, [&](std::size_t i) { found[i] = client.run(runs[i]); });
  // Later steps overwrite earlier ones, the job itself overwrites them all.
  std::stable_sort(found.begin(), found.end() - 1,
                   [](const auto& a, const auto& b) { return (a ? a->start_time : 0) < (b ? b->start_time : 0); });
  std::map<std::string, double> metrics;
  for (const auto& run : found) {
    if (!run) continue;
    for (const auto& metric : run->metrics) {
      if (std::isfinite(metric.value)) metrics[metric.key] = metric.value;
    }
  }
  return metrics;
}

OutputPlace find_output(Workspace& workspace, const std::string& job, const std::string& output) {
  if (output == "default" || output == "artifacts") {
    return {job, output, k_artifact_datastore, "ExperimentRun/dcid." + job};
  }
  const json::value resource =
      workspace.manager().get(job_path(workspace.id(), job), k_api_version, fmt::format("the job \"{}\"", job));
  std::set<std::string> seen;
  Finder finder(workspace, seen);
  if (auto place = finder.in_run(job, output)) return *place;
  if (auto place = finder.in_resource(resource, output)) return *place;
  const std::vector<RunNode> children = child_runs(workspace, job);
  if (const auto source = source_of(resource, output)) {
    for (const auto& child : children) {
      if (child.display_name != source->step && child.display_name != source->display_name) continue;
      if (auto place = finder.in_run(child.name, source->output)) return *place;
      if (auto place = finder.by_convention(child.name, source->output)) return *place;
    }
  }
  std::vector<OutputPlace> places;
  std::vector<std::string> steps;
  for (const auto& child : children) {
    if (auto place = finder.in_run(child.name, output)) {
      places.push_back(*place);
      steps.push_back(child.label());
    }
  }
  if (places.size() > 1) {
    throw core::Error(
        "output-ambiguous",
        fmt::format("several steps of the job \"{}\" have an output \"{}\": {}.", job, output, fmt::join(steps, ", ")),
        {}, "Bind the one that is meant to an output of the pipeline and name that.");
  }
  if (places.size() == 1) return places.front();
  if (auto place = finder.by_convention(job, output)) return *place;
  throw missing(job, output, seen);
}

std::vector<azure::BlobItem> list_output(Workspace& workspace, const OutputPlace& place) {
  std::vector<azure::BlobItem> items;
  for (const auto& entry : entries_of(workspace, place)) items.push_back({entry.name, entry.blob.size});
  return items;
}

namespace {

// Copies them; nothing is written outside the folder, whatever the names say.
std::vector<std::filesystem::path> download(Workspace& workspace, const std::string& datastore,
                                            const std::vector<Entry>& entries, const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : entries) {
    const std::filesystem::path relative = std::filesystem::path(entry.name).lexically_normal();
    if (!core::stays_inside(relative)) {
      throw core::Error("answer-invalid", fmt::format("the name \"{}\" leads out of the output.", entry.name));
    }
    files.push_back(folder / relative);
    std::filesystem::create_directories(files.back().parent_path());
  }
  azure::BlobContainer container = workspace.container(datastore);
  http::parallel_for(entries.size(), k_parallel,
                     [&](std::size_t i) { azure::BlobContainer(container).download(entries[i].blob.name, files[i]); });
  return files;
}

bool is_wanted(const Entry& entry, const ArtifactFilter& filter) {
  // What MLflow logs stands beside the folder outputs; a pattern need not say which it is.
  constexpr std::string_view k_outputs = "outputs/";
  const std::string last = entry.name.substr(entry.name.rfind('/') + 1);
  const std::string inner = entry.name.rfind(k_outputs, 0) == 0 ? entry.name.substr(k_outputs.size()) : entry.name;
  return entry.blob.size <= filter.largest &&
         std::any_of(filter.patterns.begin(), filter.patterns.end(), [&](const std::string& pattern) {
           return core::glob_matches(pattern, entry.name) || core::glob_matches(pattern, inner) ||
                  core::glob_matches(pattern, last);
         });
}

}  // namespace

std::vector<std::string> download_artifacts(Workspace& workspace, const std::string& run, const ArtifactFilter& filter,
                                            const std::filesystem::path& folder) {
  const OutputPlace place = find_output(workspace, run, "artifacts");
  std::vector<Entry> wanted;
  for (auto& entry : entries_of(workspace, place)) {
    if (wanted.size() < filter.most && is_wanted(entry, filter)) wanted.push_back(std::move(entry));
  }
  download(workspace, place.datastore, wanted, folder);
  std::vector<std::string> names;
  for (const auto& entry : wanted) names.push_back(entry.name);
  return names;
}

std::vector<std::filesystem::path> download_output(Workspace& workspace, const OutputPlace& place,
                                                   const std::filesystem::path& folder) {
  const std::vector<Entry> entries = entries_of(workspace, place);
  if (entries.empty()) {
    throw core::Error("output-empty", fmt::format("the output \"{}\" of the job \"{}\" holds no file ({}).",
                                                  place.output, place.job, place.uri()));
  }
  return download(workspace, place.datastore, entries, folder);
}

}  // namespace mlops::aml
