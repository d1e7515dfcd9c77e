// What the sample request's answer means, and whether it may be sent at all.

#include <algorithm>

#include <mlops/tasks/deploy-aks/smoke_test.hpp>

#include "deploy_aks_service.hpp"

using namespace mlops;
using test::EndpointService;
using Names = std::vector<std::string>;

namespace {

struct Registered : EndpointService {
  Registered() { add_model("3"); }

  auto requests() const {
    return std::count_if(steps().begin(), steps().end(), [](const auto& step) { return step.rfind("score", 0) == 0; });
  }
};

const std::string k_plain_http = "http://cancer-ep.example";

}  // namespace

TEST_CASE("what the deployment refuses is not asked again, and the hint says where to look") {
  struct Row {
    int status;
    bool by_deployment;
    std::string hint;
  };

  for (const auto& row : {Row{400, true, "compare the sample request with what the model expects"},
                          Row{401, false, "compare auth_mode in the endpoint file with the endpoint"},
                          Row{403, false, "the action onlineEndpoints/score"},
                          Row{404, true, "compare scoring_route in inference_config with the container"},
                          Row{422, true, "compare the sample request with what the model expects"}}) {
    CAPTURE(row.status);
    Registered service;
    service.score_answer = [&]() -> http::Response {
      http::Headers headers;
      if (row.by_deployment) headers.set("azureml-model-deployment", "model-3");
      return {row.status, headers, "no"};
    };
    const core::Error error = test::error_of([&] { service.run(); });
    CHECK(error.code() == "smoke-test-failed");
    CHECK(error.message() == "the deployment model-3 answered the sample request with HTTP " +
                                 std::to_string(row.status) + " no instead of HTTP 200.");
    CHECK(error.hint().find(row.hint) != std::string::npos);
    CHECK(service.requests() == 1);
    CHECK(service.sleeps.empty());
  }
}

TEST_CASE("what the container refuses behind a managed endpoint's 424 is not asked again either") {
  for (const auto& [status, requests] : std::map<std::string, int>{{"404", 1}, {"422", 1}, {"500", 4}, {"503", 4}}) {
    CAPTURE(status);
    Registered service;
    service.score_answer = [&]() -> http::Response {
      return {424, {{"azureml-model-deployment", "model-3"}, {"ms-azureml-model-error-statuscode", status}}, "no"};
    };
    CHECK_THROWS_AS(service.run(), core::Error);
    CHECK(service.requests() == requests);
  }
}

TEST_CASE("what may become ready is asked again") {
  for (const int status : {404, 408, 424, 500, 502}) {
    CAPTURE(status);
    Registered service;
    service.score_answer = [status]() -> http::Response { return {status, {}, "not yet"}; };
    CHECK_THROWS_AS(service.run({{"smokeTestRetries", "2"}}), core::Error);
    CHECK(service.output.find("Trying again in 4 s (2 of 2).") != std::string::npos);
  }
}

TEST_CASE("an untrusted certificate ends the smoke test at once, in a sentence that names the deployment") {
  Registered service;
  service.score_answer = []() -> http::Response {
    throw http::TransportError(http::FailureKind::tls, "the certificate of \"cancer-ep.example\" is not accepted.", {},
                               "Trust its authority.");
  };
  const core::Error error = test::error_of([&] { service.run(); });
  CHECK(error.code() == "smoke-test-failed");
  CHECK(error.message() ==
        "the deployment model-3 can't be asked: the certificate of \"cancer-ep.example\" is not accepted.");
  CHECK(error.hint() == "Trust its authority.");
  CHECK(service.sleeps.empty());
  CHECK(service.deployment_names().empty());
}

TEST_CASE("a plain http scoring address is refused before a deployment is made") {
  Registered service;
  service.scoring_host = k_plain_http;
  const core::Error error = test::error_of([&] { service.run(); });
  CHECK(error.code() == "scoring-insecure");
  CHECK(error.message() ==
        "the endpoint \"cancer-ep\" is asked over plain http at http://cancer-ep.example/score: the endpoint's key "
        "would travel in clear text.");
  CHECK(error.hint() ==
        "Give the cluster's Azure ML extension a certificate (sslCertPemFile and sslKeyPemFile, or sslSecret), accept "
        "it with the input allowInsecureScoring (--allow-insecure-scoring), or leave sampleRequest empty.");
  for (const auto& step : service.steps()) CHECK(step.rfind("put-deployment", 0) != 0);
}

TEST_CASE("plain http is used where the input allows it, with a warning about the key") {
  Registered service;
  service.scoring_host = k_plain_http;
  service.run({{"allowInsecureScoring", "true"}});
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.output.find("the sample request goes to http://cancer-ep.example/score without TLS "
                            "(allowInsecureScoring): the endpoint's key travels in clear text.") != std::string::npos);
}

TEST_CASE("without a sample request a plain http address is nobody's business") {
  Registered service;
  service.scoring_host = k_plain_http;
  service.run({{"sampleRequest", ""}});
  CHECK(service.traffic() == R"({"model-3":100})");
  CHECK(service.output.find("clear text") == std::string::npos);
}

TEST_CASE("the connection's own token never goes over plain http, and this machine's addresses are no risk") {
  test::World world;
  const auto endpoint = [](const char* mode, const char* address) {
    return boost::json::value{{"name", "ep"}, {"properties", {{"authMode", mode}, {"scoringUri", address}}}};
  };
  const core::Error error = test::error_of([&] {
    tasks::deploy_aks::accept_scoring_address(world.log, endpoint("AADToken", "http://ep.example/score"), true);
  });
  CHECK(error.message() ==
        "the endpoint \"ep\" is asked over plain http at http://ep.example/score: the service connection's token would "
        "travel in clear text.");
  CHECK(error.hint().find("allowInsecureScoring") == std::string::npos);
  for (const char* safe : {"http://127.0.0.1:8080/score", "http://localhost/score", "https://ep.example/score", ""}) {
    tasks::deploy_aks::accept_scoring_address(world.log, endpoint("Key", safe), false);
  }
  CHECK(world.output.text.empty());
}
