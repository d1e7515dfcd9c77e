#include <fmt/format.h>

#include <array>
#include <charconv>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/spark_tables.hpp>
#include <mlops/core/text.hpp>
#include <set>

// The rules for settings are those that azure-ai-ml applies before it sends a job.

namespace mlops::aml {

namespace {

constexpr const char* k_instances = "spark.executor.instances";
constexpr const char* k_dynamic = "spark.dynamicAllocation.enabled";
constexpr const char* k_least = "spark.dynamicAllocation.minExecutors";
constexpr const char* k_most = "spark.dynamicAllocation.maxExecutors";
constexpr std::array k_always = {"spark.driver.cores", "spark.driver.memory", "spark.executor.cores",
                                 "spark.executor.memory"};

// Members of `conf` by name; a name with dots is no path here.
std::optional<Node> setting(const Node& conf, std::string_view name) {
  for (const auto& [key, member] : conf.members()) {
    if (key == name && !member.is_null()) return member;
  }
  return std::nullopt;
}

std::int64_t count(const Node& node, std::string_view name) {
  std::int64_t number = 0;
  const std::string text = node.as_text();
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc() && end == text.data() + text.size() && number >= 0) return number;
  throw node.error("type-wrong", fmt::format("{} is a whole number, not \"{}\".", name, text));
}

Node required(const Node& conf, std::string_view name, std::string_view why) {
  if (auto node = setting(conf, name)) return *node;
  throw conf.error("key-missing", fmt::format("the Spark settings need {}{}.", name, why));
}

bool is_dynamic(const Node& conf) {
  const auto enabled = setting(conf, k_dynamic);
  return enabled && core::equals_ignoring_case(enabled->as_text(), "true");
}

void check_settings(const Node& conf) {
  if (!conf.is_mapping()) throw conf.error("type-wrong", "the Spark settings are a mapping of names and values.");
  for (const char* name : k_always) required(conf, name, "");
  const auto instances = setting(conf, k_instances);
  if (!is_dynamic(conf)) {
    required(conf, k_instances, ", or dynamic allocation");
    for (const char* name : {k_least, k_most}) {
      if (const auto node = setting(conf, name)) {
        throw node->error("value-invalid", fmt::format("{} needs dynamic allocation.", name),
                          fmt::format("Set {}: true, or remove it.", k_dynamic));
      }
    }
    return;
  }
  const Node least_node = required(conf, k_least, " for dynamic allocation");
  const std::int64_t least = count(least_node, k_least);
  const std::int64_t most = count(required(conf, k_most, " for dynamic allocation"), k_most);
  if (least < 1 || least > most) {
    throw least_node.error("value-invalid", fmt::format("{} must be at least 1 and at most {}.", k_least, most));
  }
  if (!instances) return;
  const std::int64_t number = count(*instances, k_instances);
  if (number < least || number > most) {
    throw instances->error("value-invalid", fmt::format("{} must be between {} and {}.", k_instances, least, most));
  }
}

json::value file_list(const Scope& scope, const Node& node) {
  json::value list = convert::text_list(scope, node);
  std::set<std::string> seen;
  for (const auto& child : node.children()) {
    if (seen.insert(child.as_string()).second) continue;
    throw child.error("value-invalid", fmt::format("\"{}\" stands twice in this list.", child.as_string()));
  }
  return list;
}

}  // namespace

const Table& spark_files() {
  static const Table table = {{"py_files", "py_files", file_list},
                              {"jars", "jars", file_list},
                              {"files", "files", file_list},
                              {"archives", "archives", file_list},
                              {"args", "args", convert::text}};
  return table;
}

json::value spark_entry(const Scope& scope, const Node& node) {
  static const Table table = {{"file", "file", convert::text}, {"class_name", "className", convert::text}};
  json::object entry = filled(scope.as("the entry of a Spark job"), node, table);
  if (entry.size() != 1) {
    throw node.error("value-invalid", "a Spark entry has either \"file\" or \"class_name\".",
                     "Write entry: {file: main.py}.");
  }
  entry["sparkJobEntryType"] = entry.contains("file") ? "SparkJobPythonEntry" : "SparkJobScalaEntry";
  return entry;
}

json::value spark_conf(const Scope&, const Node& node) {
  check_settings(node);
  json::object conf;
  for (const auto& [name, value] : node.members()) {
    if (!value.is_null()) conf[name] = python_text(value.value());
  }
  if (is_dynamic(node)) {
    conf[k_dynamic] = "True";
    add_first_executors(conf);
  } else {
    conf.erase(k_dynamic);
  }
  return conf;
}

void add_first_executors(json::object& conf) {
  const auto* dynamic = conf.if_contains(k_dynamic);
  if (!dynamic || !core::equals_ignoring_case(python_text(*dynamic), "true")) return;
  if (const auto* least = conf.if_contains(k_least)) conf.emplace(k_instances, json::value(*least));
}

json::object default_spark_identity(const Node& node) {
  return {{"identityType", node.find("compute") ? "Managed" : "UserIdentity"}};
}

namespace {

// Checked against the sizes there are, kept as it was written.
json::value instance_type(const Scope& scope, const Node& node) {
  static const std::vector<std::pair<std::string, std::string>> sizes = [] {
    std::vector<std::pair<std::string, std::string>> words;
    for (const char* size : {"4", "8", "16", "32", "64"}) {
      const std::string word = fmt::format("standard_e{}s_v3", size);
      words.emplace_back(word, word);
    }
    return words;
  }();
  convert::choice(sizes)(scope, node);
  return node.value();
}

}  // namespace

Convert spark_resources() {
  static const Table table = {{"instance_type", "instanceType", instance_type, true},
                              {"runtime_version", "runtimeVersion", convert::text, true}};
  return convert::mapping(table, "the resources of a Spark job");
}

void check_direct_mode(const Node& node) {
  if (!node.is_mapping() || node.find("value")) return;
  if (const auto path = node.find("path"); path && whole_expression(*path)) return;
  const auto mode = node.find("mode");
  if (mode && core::equals_ignoring_case(mode->as_string(), "direct")) return;
  throw(mode ? *mode : node)
      .error("value-invalid", "inputs and outputs of a Spark job have the mode direct.", "Write mode: direct.");
}

}  // namespace mlops::aml
