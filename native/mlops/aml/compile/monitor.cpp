#include <fmt/format.h>

#include <mlops/aml/compile/monitor.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

constexpr std::string_view k_prefix = "azureml:";
constexpr const char* k_inputs = "model_inputs";
constexpr const char* k_outputs = "model_outputs";
constexpr const char* k_traces = "app_traces";

// "azureml:<endpoint>:<deployment>" or an id.
json::value deployment_id(const Scope& scope, const Node& node) {
  std::string text = node.as_string();
  if (text.rfind(k_prefix, 0) == 0) text.erase(0, k_prefix.size());
  if (text.rfind("/subscriptions/", 0) == 0) return json::value(text);
  const auto parts = core::split(text, ':');
  if (parts.size() != 2) {
    throw node.error("value-invalid", fmt::format("\"{}\" is no online deployment.", text),
                     "Write azureml:<endpoint>:<deployment>.");
  }
  return json::value(online_deployment_path(scope.resolver.workspace_id(), parts[0], parts[1]));
}

Convert target() {
  static const Table table = {
      {"ml_task", "taskType",
       convert::choice({{"classification", "Classification"},
                        {"regression", "Regression"},
                        {"question_answering", "QuestionAnswering"}})},
      {"endpoint_deployment_id", "deploymentId", deployment_id},
      {"model_id", "modelId", convert::asset(k_model)},
  };
  return [](const Scope& scope, const Node& node) -> json::value {
    json::object body = filled(scope.as("the target of a monitor"), node, table);
    body.emplace("taskType", "Classification");
    return body;
  };
}

json::value compute(const Scope& scope, const Node& node) {
  static const Table table = {
      {"compute_type", "", convert::choice({{"serverless_spark", "ServerlessSpark"}})},
      {"instance_type", "instanceType", convert::text, true},
      {"runtime_version", "runtimeVersion", convert::text, true},
  };
  json::object body = filled(scope.as("the compute of a monitor"), node, table);
  body["computeType"] = "ServerlessSpark";
  body["computeIdentity"] = {{"computeIdentityType", "AmlToken"}};
  return body;
}

json::value alert(const Scope& scope, const Node& node) {
  static const Table table = {{"emails", "emailNotificationSetting.emails", convert::text_list, true}};
  if (!node.is_mapping()) {
    convert::choice({{"azmonitoring", "AzureMonitor"}})(scope, node);
    return {{"alertNotificationType", "AzureMonitor"}};
  }
  json::object body = filled(scope.as("an alert"), node, table);
  body["alertNotificationType"] = "Email";
  set_at(body, "emailNotificationSetting.emailOn", {"JobFailed", "JobCompleted"});
  return body;
}

const Table& monitor_table() {
  static const Table table = {
      {"compute", "computeConfiguration", compute, true},
      {"monitoring_target", "monitoringTarget", target()},
      {"alert_notification", "alertNotificationSetting", alert},
      {"monitoring_signals", "", nullptr},
  };
  return table;
}

MonitorWindows windows_of(const Scope& scope, const Node& trigger) {
  struct Days {
    const char* frequency;
    int runs;  ///< days from run to run; 0: more often than daily
  };

  constexpr Days k_days[] = {{"minute", 0}, {"hour", 0}, {"day", 1}, {"week", 7}, {"month", 30}};
  const auto frequency = trigger.find("frequency");
  if (!frequency) return {};
  for (const auto& [word, runs] : k_days) {
    if (!core::equals_ignoring_case(frequency->as_string(), word)) continue;
    const auto days = runs == 0 ? 1 : runs * convert::integer(scope, trigger.at("interval")).get_int64();
    return {fmt::format("P{}D", days), fmt::format("P{}D", 2 * days)};
  }
  return {};
}

/// What the monitored deployment collects, as it says itself or, where clients of old made it, in its tags.
class Collections {
 public:
  Collections(const Scope& scope, json::value deployment) : m_scope(scope), m_deployment(std::move(deployment)) {}

  std::optional<CollectedData> find(const std::string& name, const std::string& context, bool enabled_only) const {
    const json::object& collections = object_at(m_deployment, "properties.dataCollector.collections");
    if (collections.empty()) return of_tags(name, context);
    const json::value* collection = collections.if_contains(name);
    if (!collection) return std::nullopt;
    const std::string mode = text_at(*collection, "dataCollectionMode");
    if (enabled_only && !core::equals_ignoring_case(mode, "enabled")) return std::nullopt;
    std::string id = text_at(*collection, "dataId");
    if (id.rfind("/subscriptions/", 0) != 0) id = m_scope.resolver.asset(k_data, id, {});
    return CollectedData{id, context};
  }

 private:
  std::optional<CollectedData> of_tags(const std::string& name, const std::string& context) const {
    const json::object& tags = object_at(m_deployment, "tags");
    const auto tag = [&](const char* what) {
      const json::value* value = tags.if_contains(fmt::format("data_collector.collections.{}.{}", name, what));
      return value && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    if (!core::equals_ignoring_case(tag("enabled"), "true")) return std::nullopt;
    return CollectedData{version_path(m_scope.resolver.workspace_id(), k_data, tag("data.name"), tag("data.version")),
                         context};
  }

  const Scope& m_scope;
  json::value m_deployment;
};

void find_collected(const Scope& scope, const Node& node, const std::string& deployment, MonitorDefaults& defaults) {
  const auto found = scope.resolver.resource(deployment);
  if (!found) {
    throw node.at("monitoring_target")
        .at("endpoint_deployment_id")
        .error("not-found", fmt::format("there is no online deployment \"{}\".", last_segment(deployment)));
  }
  const Collections collections(scope, *found);
  defaults.inputs = collections.find(k_inputs, k_inputs, true);
  defaults.outputs = collections.find(k_outputs, k_outputs, true);
  defaults.traces = collections.find(k_traces, "", false);
}

json::object signals_of(const Scope& scope, const Node& node, const MonitorDefaults& defaults, bool of_text) {
  json::object signals;
  if (const auto given = node.find("monitoring_signals")) {
    for (const auto& [name, signal] : given->members()) signals[name] = monitor_signal(scope, signal, defaults);
  }
  if (!signals.empty()) return signals;
  if (!defaults.inputs || !defaults.outputs) {
    throw node.error("key-missing", "a monitor needs the key \"monitoring_signals\".",
                     "Only where the monitored deployment collects the model's inputs and outputs it can be left out.");
  }
  return default_signals(scope, defaults, of_text);
}

}  // namespace

json::value monitor_definition(const Scope& scope, const Node& node, const Node& trigger) {
  json::object body = filled(scope.as("a monitor"), node, monitor_table());
  MonitorDefaults defaults;
  defaults.windows = windows_of(scope, trigger);
  const std::string deployment = text_at(body, "monitoringTarget.deploymentId");
  if (!deployment.empty()) find_collected(scope, node, deployment, defaults);
  const bool of_text = text_at(body, "monitoringTarget.taskType") == "QuestionAnswering";
  body["signals"] = signals_of(scope, node, defaults, of_text);
  return body;
}

}  // namespace mlops::aml
