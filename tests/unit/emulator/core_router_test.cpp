#include <mlops/core/error.hpp>
#include <mlops/emulator/server/faults.hpp>
#include <mlops/emulator/server/router.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;
using namespace mlops::emulator;

namespace {

Request request(const std::string& method, const std::vector<std::string>& segments) {
  Request request;
  request.method = method;
  request.segments = segments;
  return request;
}

Router sample() {
  Router router;
  const auto nothing = [](const Request&) { return Response::empty(200); };
  router.add("list-jobs", "GET", "/ws/{workspace}/jobs", nothing);
  router.add("get-job", "GET", "/ws/{workspace}/jobs/{name}", nothing);
  router.add("put-job", "PUT", "/ws/{workspace}/jobs/{name}", nothing);
  router.add("get-special", "GET", "/ws/{workspace}/jobs/special", nothing);
  router.add("get-blob", "GET", "/blobs/{*path}", nothing);
  return router;
}

int status_of(Router& router, Request wanted) {
  try {
    router.find(wanted);
    return 200;
  } catch (const ServiceError& error) {
    return error.status();
  }
}

}  // namespace

TEST_CASE("a route is found by its parts, fixed ones before parameters and without regard to case") {
  Router router = sample();
  Request job = request("GET", {"WS", "dev", "Jobs", "train 1"});
  CHECK(router.find(job).name == "get-job");
  CHECK(job.parameter("workspace") == "dev");
  CHECK(job.parameter("name") == "train 1");
  Request special = request("GET", {"ws", "dev", "jobs", "special"});
  CHECK(router.find(special).name == "get-special");
  Request blob = request("GET", {"blobs", "a", "b"});
  CHECK(router.find(blob).name == "get-blob");
  CHECK(blob.parameter("path") == "a/b");
}

TEST_CASE("what matches no route is not found, what matches with another method is not allowed") {
  Router router = sample();
  CHECK(status_of(router, request("GET", {"elsewhere"})) == 404);
  CHECK(status_of(router, request("DELETE", {"ws", "dev", "jobs", "j"})) == 405);
  CHECK(status_of(router, request("HEAD", {"ws", "dev", "jobs", "j"})) == 200);
}

TEST_CASE("a fault strikes its route as often as it was told") {
  Faults faults({"put-job:503:2", "*:slow"});
  CHECK(faults.next("put-job")->status == 503);
  CHECK(faults.next("put-job")->status == 503);
  CHECK(faults.next("put-job")->wait == std::chrono::seconds(2));
  CHECK_FALSE(faults.next("put-job"));
}

TEST_CASE("a fault that can't be meant is refused with what is possible") {
  CHECK_THROWS_WITH(Faults::check("put-jobb:503", {"put-job"}),
                    Catch::Matchers::ContainsSubstring("did you mean \"put-job\"?"));
  CHECK_THROWS_AS(Faults::check("put-job:sometimes", {"put-job"}), core::Error);
  CHECK_NOTHROW(Faults::check("put-job:truncated:3", {"put-job"}));
}
