#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mlops/azure/resource_manager.hpp>
#include <mlops/http/url.hpp>
#include <mlops/mlflow/client.hpp>

namespace mlops::mlflow {

namespace {

constexpr const char* k_api = "/api/2.0/mlflow/";
// The sizes that log-batch accepts: https://mlflow.org/docs/latest/rest-api.html#request-limits
constexpr std::size_t k_most_metrics = 1000;
constexpr std::size_t k_most_parameters = 100;
constexpr std::size_t k_most_tags = 100;
constexpr std::size_t k_page = 1000;
constexpr double k_infinity = std::numeric_limits<double>::infinity();

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (!value) return {};
  if (const json::string* text = value->if_string()) return std::string(*text);
  return value->is_null() ? std::string() : json::serialize(*value);
}

// Numbers come as numbers, and as texts where a protobuf int64 or a not finite value stands.
double number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (!value) return 0;
  if (value->is_number()) return value->to_number<double>();
  const json::string* text = value->if_string();
  if (!text) return 0;
  if (*text == "Infinity" || *text == "-Infinity") return text->front() == '-' ? -k_infinity : k_infinity;
  if (*text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return std::strtod(text->c_str(), nullptr);
}

std::int64_t integer_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value && value->is_int64()) return value->get_int64();
  if (value && value->is_string()) return std::strtoll(value->get_string().c_str(), nullptr, 10);
  return static_cast<std::int64_t>(number_of(object, key));
}

const json::object& object_of(const json::value& value) {
  static const json::object k_empty;
  return value.is_object() ? value.get_object() : k_empty;
}

const json::object& object_of(const json::object& object, std::string_view key) {
  static const json::value k_null;
  const json::value* value = object.if_contains(key);
  return object_of(value ? *value : k_null);
}

const json::array& array_of(const json::object& object, std::string_view key) {
  static const json::array k_empty;
  const json::value* value = object.if_contains(key);
  return value && value->is_array() ? value->get_array() : k_empty;
}

Metric metric_of(const json::value& value) {
  const json::object& object = object_of(value);
  return {text_of(object, "key"), number_of(object, "value"), integer_of(object, "timestamp"),
          integer_of(object, "step")};
}

std::map<std::string, std::string> pairs_of(const json::array& array) {
  std::map<std::string, std::string> pairs;
  for (const auto& item : array) pairs[text_of(object_of(item), "key")] = text_of(object_of(item), "value");
  return pairs;
}

Run run_of(const json::value& value) {
  const json::object& info = object_of(object_of(value), "info");
  const json::object& data = object_of(object_of(value), "data");
  Run run;
  run.id = text_of(info, "run_id");
  run.name = text_of(info, "run_name");
  run.experiment_id = text_of(info, "experiment_id");
  run.status = text_of(info, "status");
  run.start_time = integer_of(info, "start_time");
  for (const auto& metric : array_of(data, "metrics")) run.metrics.push_back(metric_of(metric));
  run.parameters = pairs_of(array_of(data, "params"));
  run.tags = pairs_of(array_of(data, "tags"));
  return run;
}

// JSON has no NaN and no infinity; MLflow reads them as texts.
json::value json_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

json::value json_of(const Metric& metric) {
  return {{"key", metric.key},
          {"value", json_number(metric.value)},
          {"timestamp", metric.timestamp},
          {"step", metric.step}};
}

/// Takes up to `most` elements from the front of a list.
template <typename Iterator, typename Convert>
json::array take(Iterator& at, Iterator end, std::size_t most, Convert convert) {
  json::array taken;
  for (; at != end && taken.size() < most; ++at) taken.push_back(convert(*at));
  return taken;
}

json::value json_of(const std::pair<const std::string, std::string>& pair) {
  return {{"key", pair.first}, {"value", pair.second}};
}

}  // namespace

Client::Client(http::Transport& transport, std::string tracking_url)
    : m_transport(transport), m_base(std::move(tracking_url)) {
  while (!m_base.empty() && m_base.back() == '/') m_base.pop_back();
  m_base += k_api;
}

std::optional<json::value> Client::send(const std::string& method, const std::string& path,
                                        const std::vector<std::pair<std::string, std::string>>& query,
                                        const json::value& body, const std::string& what) {
  http::Request request;
  request.method = method;
  request.url = m_base + path;
  for (const auto& [name, value] : query) request.url = http::with_query(request.url, name, value);
  request.headers = {{"Accept", "application/json"}};
  if (!body.is_null()) {
    request.headers.set("Content-Type", "application/json");
    request.body = json::serialize(body);
    request.safe_to_repeat = true;  // searches, and values that a second time say the same
  }
  const http::Response response = m_transport.send(request);
  if (response.status == 404) return std::nullopt;
  if (!response.ok()) throw azure::service_error(request, response, what);
  return azure::parse_answer(request, response);
}

std::optional<Run> Client::run(const std::string& run_id) {
  const auto answer = send("GET", "runs/get", {{"run_id", run_id}, {"run_uuid", run_id}}, nullptr,
                           fmt::format("can't read the MLflow run \"{}\"", run_id));
  if (!answer) return std::nullopt;
  const json::value* run = object_of(*answer).if_contains("run");
  return run ? std::optional<Run>(run_of(*run)) : std::nullopt;
}

std::vector<Metric> Client::metric_history(const std::string& run_id, const std::string& key) {
  std::vector<Metric> history;
  std::string token;
  do {
    std::vector<std::pair<std::string, std::string>> query = {
        {"run_id", run_id}, {"run_uuid", run_id}, {"metric_key", key}, {"max_results", "25000"}};
    if (!token.empty()) query.emplace_back("page_token", token);
    const auto answer = send("GET", "metrics/get-history", query, nullptr,
                             fmt::format("can't read the metric \"{}\" of the run \"{}\"", key, run_id));
    if (!answer) return history;
    for (const auto& metric : array_of(object_of(*answer), "metrics")) history.push_back(metric_of(metric));
    token = text_of(object_of(*answer), "next_page_token");
  } while (!token.empty());
  return history;
}

std::vector<Run> Client::search_runs(const std::vector<std::string>& experiment_ids, const std::string& filter,
                                     std::size_t most) {
  std::vector<Run> runs;
  std::string token;
  do {
    json::object body{{"experiment_ids", json::value_from(experiment_ids)},
                      {"filter", filter},
                      {"run_view_type", "ACTIVE_ONLY"},
                      {"max_results", std::min(most - runs.size(), k_page)}};
    if (!token.empty()) body["page_token"] = token;
    const auto answer = send("POST", "runs/search", {}, body, "can't search the MLflow runs");
    if (!answer) return runs;
    for (const auto& run : array_of(object_of(*answer), "runs")) {
      if (runs.size() < most) runs.push_back(run_of(run));
    }
    token = text_of(object_of(*answer), "next_page_token");
  } while (!token.empty() && runs.size() < most);
  return runs;
}

std::optional<std::string> Client::experiment_id(const std::string& name) {
  const auto answer = send("GET", "experiments/get-by-name", {{"experiment_name", name}}, nullptr,
                           fmt::format("can't read the experiment \"{}\"", name));
  if (!answer) return std::nullopt;
  const std::string id = text_of(object_of(object_of(*answer), "experiment"), "experiment_id");
  return id.empty() ? std::nullopt : std::optional<std::string>(id);
}

void Client::log_batch(const std::string& run_id, const std::vector<Metric>& metrics,
                       const std::map<std::string, std::string>& parameters,
                       const std::map<std::string, std::string>& tags) {
  auto metric = metrics.begin();
  auto parameter = parameters.begin();
  auto tag = tags.begin();
  while (metric != metrics.end() || parameter != parameters.end() || tag != tags.end()) {
    // A request holds at most a thousand things in all.
    json::array some_parameters =
        take(parameter, parameters.end(), k_most_parameters, [](const auto& pair) { return json_of(pair); });
    json::array some_tags = take(tag, tags.end(), k_most_tags, [](const auto& pair) { return json_of(pair); });
    const std::size_t room = k_most_metrics - some_parameters.size() - some_tags.size();
    json::array some_metrics = take(metric, metrics.end(), room, [](const Metric& one) { return json_of(one); });
    const json::value body{{"run_id", run_id},
                           {"metrics", std::move(some_metrics)},
                           {"params", std::move(some_parameters)},
                           {"tags", std::move(some_tags)}};
    if (!send("POST", "runs/log-batch", {}, body, fmt::format("can't log to the MLflow run \"{}\"", run_id))) {
      throw core::Error("not-found", fmt::format("there is no MLflow run \"{}\".", run_id));
    }
  }
}

void Client::set_tag(const std::string& run_id, const std::string& key, const std::string& value) {
  const json::value body{{"run_id", run_id}, {"run_uuid", run_id}, {"key", key}, {"value", value}};
  if (!send("POST", "runs/set-tag", {}, body, fmt::format("can't set a tag of the MLflow run \"{}\"", run_id))) {
    throw core::Error("not-found", fmt::format("there is no MLflow run \"{}\".", run_id));
  }
}

}  // namespace mlops::mlflow
