#include <cctype>
#include <mlops/aml/compile/job_tables.hpp>
#include <mlops/core/text.hpp>

// The REST forms follow the schema of Microsoft.MachineLearningServices/workspaces/jobs.

namespace mlops::aml {

const Table& job_table() {
  static const Table table = {
      {"type", "",
       convert::choice({{"command", "command"},
                        {"sweep", "sweep"},
                        {"spark", "spark"},
                        {"automl", "automl"},
                        {"pipeline", "pipeline"}})},
      {"name", "", nullptr},
      {"display_name", "displayName", convert::text},
      {"description", "description", convert::text},
      {"experiment_name", "experimentName", convert::text},
      {"tags", "tags", convert::texts},
      {"properties", "properties", convert::texts},
      {"compute", "computeId", convert::compute},
      {"identity", "identity", identity()},
      {"services", "services", services()},
      {"id", "", nullptr},
      {"status", "", nullptr},
      {"log_files", "", nullptr},
      {"creation_context", "", nullptr},
  };
  return table;
}

Convert distribution() {
  static const Convert convert = convert::variant(
      "type", "distributionType",
      {{"pytorch", "PyTorch", {{"process_count_per_instance", "processCountPerInstance", convert::integer}}},
       {"mpi", "Mpi", {{"process_count_per_instance", "processCountPerInstance", convert::integer}}},
       {"tensorflow",
        "TensorFlow",
        {{"parameter_server_count", "parameterServerCount", convert::integer},
         {"worker_count", "workerCount", convert::integer}}},
       {"ray",
        "Ray",
        {{"port", "port", convert::preview(convert::integer)},
         {"address", "address", convert::preview(convert::text)},
         {"include_dashboard", "includeDashboard", convert::preview(convert::boolean)},
         {"dashboard_port", "dashboardPort", convert::preview(convert::integer)},
         {"head_node_additional_args", "headNodeAdditionalArgs", convert::preview(convert::text)},
         {"worker_node_additional_args", "workerNodeAdditionalArgs", convert::preview(convert::text)}}}},
      "a distribution");
  return [](const Scope& scope, const Node& node) -> json::value {
    json::object body = convert(scope, node).get_object();
    // The SDK sends this default, and it counts in a component's hash.
    if (body.at("distributionType") == "TensorFlow") body.emplace("parameterServerCount", 0);
    if (body.at("distributionType") == "Ray" && scope.preview) *scope.preview = true;
    return body;
  };
}

namespace {

// docker_args is a text or a list of texts.
json::value docker_arguments(const Scope& scope, const Node& node) {
  if (!node.is_sequence()) return convert::text(scope, node);
  std::vector<std::string> words;
  for (const auto& child : node.children()) words.push_back(child.as_text());
  return json::value(core::join(words, " "));
}

}  // namespace

Convert resources() {
  static const Table table = {
      {"instance_count", "instanceCount", convert::integer},
      {"instance_type", "instanceType", convert::text},
      {"shm_size", "shmSize", convert::text},
      {"docker_args", "dockerArgs", docker_arguments},
      {"properties", "properties", convert::anything},
      {"locations", "locations", convert::preview(convert::text_list)},
      {"max_instance_count", "maxInstanceCount", convert::preview(convert::integer)},
  };
  return convert::mapping(table, "the resources of a job");
}

Convert limits() {
  static const Table table = {{"timeout", "timeout", convert::seconds}};
  return [](const Scope& scope, const Node& node) -> json::value {
    json::object body = filled(scope.as("the limits of a job"), node, table);
    body["jobLimitsType"] = "Command";
    return body;
  };
}

Convert identity() {
  static const Table managed = {
      {"client_id", "clientId", convert::text},
      {"object_id", "objectId", convert::text},
      {"msi_resource_id", "resourceId", convert::text},
  };
  return convert::variant("type", "identityType",
                          {{"managed", "Managed", managed},
                           {"managed_identity", "Managed", managed},
                           {"aml_token", "AMLToken", {}},
                           {"user_identity", "UserIdentity", {}}},
                          "an identity");
}

namespace {

Table service_table(const Table& own) {
  return joined({{{"port", "port", convert::integer},
                  {"nodes", "nodes.nodesValueType", convert::choice({{"all", "All"}})},
                  {"properties", "properties", convert::texts},
                  {"endpoint", "", nullptr},
                  {"status", "", nullptr},
                  {"error_message", "", nullptr}},
                 own});
}

}  // namespace

Convert job_service() {
  return convert::variant(
      "type", "jobServiceType",
      {{"ssh", "SSH", service_table({{"ssh_public_keys", "properties.sshPublicKeys", convert::text}})},
       {"tensor_board", "TensorBoard", service_table({{"log_dir", "properties.logDir", convert::text}})},
       {"jupyter_lab", "JupyterLab", service_table({})},
       {"vs_code", "VSCode", service_table({})},
       {"custom", "Custom", service_table({})}},
      "a job service");
}

Convert services() {
  return convert::named(job_service());
}

namespace {

// Words for the numbers that the service takes.
json::value priority(const Scope& scope, const Node& node) {
  static const Convert word = convert::choice({{"low", "1"}, {"medium", "2"}, {"high", "3"}});
  return std::stoi(std::string(word(scope, node).get_string()));
}

}  // namespace

Convert queue_settings() {
  static const Table table = {
      {"job_tier", "jobTier",
       convert::choice(
           {{"null", "Null"}, {"spot", "Spot"}, {"basic", "Basic"}, {"standard", "Standard"}, {"premium", "Premium"}})},
      {"priority", "priority", convert::preview(priority)},
  };
  return convert::mapping(table, "the queue settings of a job");
}

json::value to_snake_case(const json::value& value) {
  const json::object* object = value.if_object();
  if (!object) return value;
  json::object result;
  for (const auto& member : *object) {
    std::string key;
    for (const char c : member.key()) {
      if (std::isupper(static_cast<unsigned char>(c)) != 0) key += '_';
      key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    // What the user named stays as it is.
    const bool named_by_user = member.key() == "properties" || member.key() == "environmentVariables";
    result[key] = named_by_user ? member.value() : to_snake_case(member.value());
  }
  return result;
}

Convert in_snake_case(Convert convert) {
  return [convert = std::move(convert)](const Scope& scope, const Node& node) -> json::value {
    return to_snake_case(convert(scope, node));
  };
}

}  // namespace mlops::aml
