#include <mlops/core/error.hpp>
#include <mlops/http/url.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops::http;

TEST_CASE("Everything but unreserved characters is percent-encoded", "[url]") {
  CHECK(encode("aZ09-._~") == "aZ09-._~");
  CHECK(encode("a b/c?d=e&f+g%") == "a%20b%2Fc%3Fd%3De%26f%2Bg%25");
  CHECK(encode("\xC3\xA9") == "%C3%A9");
  CHECK(encode_path("folder/my file.txt") == "folder/my%20file.txt");
}

TEST_CASE("Decoding leaves what is no escape as it stands", "[url]") {
  CHECK(decode("a%20b%2fc") == "a b/c");
  CHECK(decode("100%") == "100%");
  CHECK(decode("%zz%4") == "%zz%4");
  CHECK(decode("a+b") == "a+b");
  CHECK(decode(encode("\xC3\xA9 +%&")) == "\xC3\xA9 +%&");
}

TEST_CASE("Query parameters are appended behind those that stand there", "[url]") {
  CHECK(with_query("https://h/p", "api-version", "2024-04-01") == "https://h/p?api-version=2024-04-01");
  CHECK(with_query("https://h/p?a=1", "$filter", "x eq 'y'") == "https://h/p?a=1&$filter=x%20eq%20%27y%27");
}

TEST_CASE("A query is parsed in order, with + for a blank as Python's requests writes it", "[url]") {
  const auto parameters = parse_query("a=1&b=two+words&c=x%2By&flag&a=2");
  REQUIRE(parameters.size() == 5);
  CHECK(parameters[1].second == "two words");
  CHECK(parameters[2].second == "x+y");
  CHECK(parameters[3] == std::pair<std::string, std::string>("flag", ""));
  CHECK(parameters[4].first == "a");
}

TEST_CASE("A URL falls into its parts", "[url]") {
  const Url url = parse_url("https://User:pw@Host.Example:8443/a%20b/c?x=1&y=2#there");
  CHECK(url.scheme == "https");
  CHECK(url.host == "host.example");
  CHECK(url.port == 8443);
  CHECK(url.path == "/a%20b/c");
  CHECK(url.query == "x=1&y=2");
  CHECK(parse_url("https://h").port == 443);
  CHECK(parse_url("http://h").port == 80);
  CHECK(parse_url("https://h").path == "/");
  CHECK(parse_url("http://[::1]:8080/x").host == "::1");
  CHECK(parse_url("azureml://subscriptions/s").scheme == "azureml");
}

TEST_CASE("What is no URL is refused with the text but without its secrets", "[url]") {
  CHECK_THROWS_WITH(parse_url("not a url"), Catch::Matchers::StartsWith("\"not a url\" is not a URL: "));
  CHECK_THROWS_AS(parse_url("https://h:99999/"), mlops::core::Error);
  CHECK_THROWS_AS(parse_url("https://h/a b"), mlops::core::Error);
  CHECK_THROWS_AS(parse_url(""), mlops::core::Error);
  CHECK_THROWS_WITH(parse_url("https://h:99999/?sig=abc"), !Catch::Matchers::ContainsSubstring("abc"));
}

TEST_CASE("Only this machine's own addresses are loopback", "[url]") {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1", "[::1]"})
    CHECK(is_loopback(host));
  for (const char* host : {"localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "128.0.0.1", "::2", ""}) {
    CHECK_FALSE(is_loopback(host));
  }
}

TEST_CASE("a proxy's password is found however its address is written") {
  CHECK(password_of_proxy("http://user:p%40ss@proxy:3128").reveal() == "p%40ss");
  CHECK(password_of_proxy("user:a@b:c@proxy:3128").reveal() == "a@b:c");
  CHECK(password_of_proxy("http://user@proxy:3128").empty());
  CHECK(password_of_proxy("http://proxy:3128").empty());
}

TEST_CASE("A loggable proxy never shows its user or password", "[url]") {
  CHECK(loggable_proxy("http://proxy:3128") == "http://proxy:3128");
  CHECK(loggable_proxy("proxy:3128") == "proxy:3128");
  for (const char* user : {"user:password@", "u:p/q@", "u:p@ss@", "u:p?q#r@", "u:a://b@"}) {
    CAPTURE(user);
    CHECK(loggable_proxy(std::string("http://") + user + "proxy:3128") == "http://proxy:3128");
    const std::string bare = loggable_proxy(std::string(user) + "proxy:3128");
    CHECK(bare.find('@') == std::string::npos);
    CHECK(bare.ends_with("proxy:3128"));
  }
  CHECK(loggable_proxy("user:password@proxy:3128") == "proxy:3128");
}

TEST_CASE("A loggable URL shows listed parameters and masks all others", "[url]") {
  CHECK(loggable("https://a.blob.core.windows.net/c/b?comp=block&blockid=QQ%3D%3D&sv=2021&sp=rw&sig=SECRET%3D&new=1") ==
        "https://a.blob.core.windows.net/c/b?comp=block&blockid=QQ%3D%3D&sv=2021&sp=rw&sig=***&new=***");
  CHECK(loggable("https://user:password@host/p?API-Version=1#fragment") == "https://host/p?API-Version=1");
  CHECK(loggable("https://host/a@b") == "https://host/a@b");
  CHECK(loggable("https://u:p/q@host/x") == "https://u:p/q@host/x");
  CHECK(loggable("https://host/p?code=SECRET&key=SECRET") == "https://host/p?code=***&key=***");
}
