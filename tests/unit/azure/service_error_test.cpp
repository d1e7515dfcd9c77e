#include <mlops/azure/resource_manager.hpp>
#include <mlops/azure/service_error.hpp>

#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using test::error_of;

namespace {

core::Error error_for(int status, const std::string& body, http::Headers headers = {},
                      const std::string& method = "GET", int attempts = 1) {
  http::Request request;
  request.method = method;
  request.url = "https://management.azure.com/x?api-version=1&sig=SECRET";
  return azure::service_error(request, {status, std::move(headers), body, attempts},
                              "can't create the compute \"cpu\"");
}

std::string message_for(const std::string& body) {
  return error_for(400, body).message();
}

const std::string k_start = "can't create the compute \"cpu\": ";

}  // namespace

TEST_CASE("A Resource Manager error keeps code, message, status and request id", "[error]") {
  const core::Error error = error_for(404, R"({"error":{"code":"ResourceNotFound","message":"It was not found."}})",
                                      {{"x-ms-request-id", "req-1"}, {"x-ms-correlation-request-id", "corr-1"}});
  CHECK(error.code() == "service-error");
  CHECK(error.message() == k_start + "ResourceNotFound: It was not found.");
  CHECK(core::to_string(error.place()) ==
        "GET https://management.azure.com/x?api-version=1&sig=*** (HTTP 404, request id req-1)");
  CHECK_THAT(error.hint(), Catch::Matchers::StartsWith("Check the names"));
}

TEST_CASE("The details say what the outer message leaves open", "[error]") {
  CHECK(message_for(R"({"error":{"code":"BadRequest","message":"The request is invalid.","target":"compute",
                        "details":[{"code":"BadRequest","message":"The request is invalid."},
                                   {"code":"InvalidSize","message":"Size 'x' is unknown.","target":"properties.vmSize"}]}})") ==
        k_start +
            "BadRequest: The request is invalid. (target: compute) (InvalidSize: Size 'x' is unknown. (target: "
            "properties.vmSize)).");
  CHECK(message_for(R"({"error":{"code":"UserError","message":"Failed.","innererror":{"code":"BadArgument",
                        "innererror":{"code":"ArgumentInvalid","message":"the name is too long"}}}})") ==
        k_start + "UserError: Failed. (BadArgument: ArgumentInvalid: the name is too long).");
}

TEST_CASE("Azure ML's error with additionalInfo and the bare form are read, too", "[error]") {
  CHECK(message_for(R"({"error":{"code":"ValidationError","message":"Job is invalid","details":[],"additionalInfo":[
                        {"type":"ComponentName","info":{"value":"managementfrontend"}}]}})") ==
        k_start + "ValidationError: Job is invalid.");
  CHECK(message_for(R"({"code":"UserError","message":"bare"})") == k_start + "UserError: bare.");
  CHECK(message_for(R"({"Code":"UserError","Message":"capital"})") == k_start + "UserError: capital.");
  CHECK(message_for(R"({"error_code":"RESOURCE_DOES_NOT_EXIST","message":"No run"})") ==
        k_start + "RESOURCE_DOES_NOT_EXIST: No run.");
}

TEST_CASE("An error inside a message's text is unpacked", "[error]") {
  CHECK(message_for(
            R"({"error":{"code":"Outer","message":"{\"error\":{\"code\":\"Inner\",\"message\":\"real reason\"}}"}})") ==
        k_start + "Outer: real reason.");
}

TEST_CASE("Blob storage's XML and its header for HEAD are read", "[error]") {
  CHECK(message_for("\xEF\xBB\xBF<?xml version=\"1.0\"?><Error><Code>BlobNotFound</Code><Message>The &lt;blob&gt; does "
                    "not exist.\nRequestId:1\nTime:2</Message></Error>") ==
        k_start + "BlobNotFound: The <blob> does not exist.");
  CHECK(error_for(409, "", {{"x-ms-error-code", "LeaseIdMissing"}}).message() == k_start + "LeaseIdMissing.");
}

TEST_CASE("A plain text is shown in part, a page not at all", "[error]") {
  CHECK(message_for("Internal\n  failure") == k_start + "Internal failure.");
  CHECK(message_for("<html><body>Bad gateway</body></html>") ==
        k_start + "the service answered with status 400 and no explanation.");
  CHECK(message_for("") == k_start + "the service answered with status 400 and no explanation.");
  CHECK(message_for(std::string(10'000, 'x')).size() < 400);
}

TEST_CASE("An error object within an error object without end is cut off", "[error]") {
  std::string body = R"({"code":"Deep","message":"bottom"})";
  for (int i = 0; i < 50; ++i) body = R"({"code":"C)" + std::to_string(i) + R"(","innererror":)" + body + "}";
  CHECK(message_for(body).size() < 2'000);
}

TEST_CASE("The message says whether a repetition failed, was not allowed, or is no use", "[error]") {
  const std::string body = R"({"code":"ServerBusy","message":"busy"})";
  CHECK(error_for(503, body, {}, "GET", 6).message() ==
        k_start + "ServerBusy: busy. It still failed after 6 attempts.");
  CHECK(error_for(503, body, {}, "POST").message() ==
        k_start + "ServerBusy: busy. It was not repeated, since it may have been carried out all the same.");
  CHECK(error_for(400, body, {}, "POST").message() == k_start + "ServerBusy: busy.");
}

TEST_CASE("Each status that users meet has a hint", "[error]") {
  for (const int status : {401, 403, 404, 409, 429, 500, 503}) CHECK_FALSE(error_for(status, "").hint().empty());
  CHECK_THAT(error_for(403, R"({"code":"AuthorizationFailed"})").hint(), Catch::Matchers::ContainsSubstring("role"));
  CHECK_THAT(error_for(403, "<Error><Code>AuthenticationFailed</Code></Error>").hint(),
             Catch::Matchers::ContainsSubstring("firewall"));
}

TEST_CASE("An answer that is no JSON is refused with its place", "[error]") {
  http::Request request;
  request.url = "https://h/p";
  const auto error = error_of([&] { azure::parse_answer(request, {200, {{"x-ms-request-id", "r"}}, "<html>"}); });
  CHECK(error.code() == "answer-invalid");
  CHECK(core::to_string(error.place()) == "GET https://h/p (HTTP 200, request id r)");
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep = "[" + deep + "]";
  CHECK(azure::parse_answer(request, {200, {}, deep}).is_array());
}
