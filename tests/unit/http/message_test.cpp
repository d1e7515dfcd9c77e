#include <mlops/http/message.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::http;

TEST_CASE("Header names compare without case", "[message]") {
  Headers headers = {{"Content-Type", "text/plain"}, {"X-Many", "1"}};
  headers.append("x-many", "2");
  CHECK(headers.find("content-type") == "text/plain");
  CHECK_FALSE(headers.contains("Content"));
  headers.set("X-MANY", "3");
  REQUIRE(headers.fields().size() == 2);
  CHECK(headers.find("x-many") == "3");
  headers.remove("CONTENT-TYPE");
  CHECK_FALSE(headers.contains("Content-Type"));
}

TEST_CASE("A body's size is that of its text or of its range", "[message]") {
  CHECK(size_of(Body(std::string("four"))) == 4);
  CHECK(size_of(Body(FileRange{"no-such-file", 10, 5'000'000'000})) == 5'000'000'000);
}

TEST_CASE("GET, HEAD, PUT and DELETE may be repeated, POST and PATCH only when they say so", "[message]") {
  Request request;
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE"}) {
    request.method = method;
    CHECK(request.repeatable());
  }
  for (const char* method : {"POST", "PATCH"}) {
    request.method = method;
    request.safe_to_repeat = false;
    CHECK_FALSE(request.repeatable());
    request.safe_to_repeat = true;
    CHECK(request.repeatable());
  }
}
