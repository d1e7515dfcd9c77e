#include <cmath>
#include <mlops/core/error.hpp>
#include <mlops/mlflow/client.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

const std::string k_url = "https://api.example/mlflow/v1.0/ws";

json::value body_of(const http::Request& request) {
  return json::parse(test::body_of(request));
}

}  // namespace

TEST_CASE("a run comes with metrics, parameters and tags") {
  test::FakeTransport transport;
  transport.on(
      "GET", "/runs/get", 200,
      R"({"run":{"info":{"run_id":"r1","run_name":"n","status":"FINISHED","start_time":"1700000000000"},)"
      R"("data":{"metrics":[{"key":"auc","value":0.5,"step":"3","timestamp":1},{"key":"inf","value":"Infinity"},)"
      R"({"key":"nan","value":"NaN"}],"params":[{"key":"lr","value":"0.1"}],"tags":[{"key":"t","value":"v"}]}}})");
  const auto run = mlflow::Client(transport, k_url + "/").run("r 1");
  REQUIRE(run);
  CHECK(transport.requests[0].url == k_url + "/api/2.0/mlflow/runs/get?run_id=r%201&run_uuid=r%201");
  CHECK(run->status == "FINISHED");
  CHECK(run->start_time == 1'700'000'000'000);
  CHECK(run->metrics[0].value == 0.5);
  CHECK(run->metrics[0].step == 3);
  CHECK(std::isinf(run->metrics[1].value));
  CHECK(std::isnan(run->metrics[2].value));
  CHECK(run->parameters.at("lr") == "0.1");
  CHECK(run->tags.at("t") == "v");
}

TEST_CASE("a run that isn't there is an answer, a refusal an error") {
  test::FakeTransport transport;
  transport.on("GET", "/runs/get", 404, R"({"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no"})");
  CHECK_FALSE(mlflow::Client(transport, k_url).run("r1"));
  transport.on("GET", "/runs/get", 403, R"({"error_code":"PERMISSION_DENIED","message":"not you"})");
  CHECK_THROWS_WITH(mlflow::Client(transport, k_url).run("r1"), ContainsSubstring("PERMISSION_DENIED: not you"));
}

TEST_CASE("long histories and searches are read to the last page") {
  test::FakeTransport transport;
  transport.script({200, {}, R"({"metrics":[{"key":"a","value":1}],"next_page_token":"t/1"})"});
  transport.script({200, {}, R"({"metrics":[{"key":"a","value":2}]})"});
  CHECK(mlflow::Client(transport, k_url).metric_history("r", "a").size() == 2);
  CHECK_THAT(transport.requests[1].url, ContainsSubstring("&page_token=t%2F1"));
  transport.script({200, {}, R"({"runs":[{"info":{"run_id":"1"}}],"next_page_token":"x"})"});
  transport.script({200, {}, R"({"runs":[{"info":{"run_id":"2"}},{"info":{"run_id":"3"}}],"next_page_token":"y"})"});
  const auto runs = mlflow::Client(transport, k_url).search_runs({"0"}, "tags.a = 'b'", 2);
  REQUIRE(runs.size() == 2);
  CHECK(runs[1].id == "2");
  CHECK(body_of(transport.requests[2]).at("max_results") == 2);
  CHECK(body_of(transport.requests[3]).at("page_token") == "x");
}

TEST_CASE("metrics are sent in batches that the service accepts") {
  test::FakeTransport transport;
  transport.on("POST", "/runs/log-batch", 200, "{}");
  std::vector<mlflow::Metric> metrics(2100, {"m", NAN, 1, 2});
  std::map<std::string, std::string> parameters;
  for (int i = 0; i < 150; ++i) parameters["p" + std::to_string(i)] = "x";
  mlflow::Client(transport, k_url).log_batch("r", metrics, parameters, {{"t", "v"}});
  REQUIRE(transport.requests.size() == 3);
  std::size_t sent = 0;
  for (const auto& request : transport.requests) {
    const json::value body = body_of(request);
    const std::size_t all =
        body.at("metrics").as_array().size() + body.at("params").as_array().size() + body.at("tags").as_array().size();
    CHECK(all <= 1000);
    CHECK(body.at("params").as_array().size() <= 100);
    sent += body.at("metrics").as_array().size();
  }
  CHECK(sent == 2100);
  CHECK(body_of(transport.requests[0]).at("metrics").as_array()[0].at("value") == "NaN");
}

TEST_CASE("a tag of a run that isn't there is an error") {
  test::FakeTransport transport;
  transport.on("POST", "/runs/set-tag", 404, "{}");
  CHECK_THROWS_WITH(mlflow::Client(transport, k_url).set_tag("r1", "a", "b"), "there is no MLflow run \"r1\".");
}
