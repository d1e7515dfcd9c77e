#include <mlops/azure/blob_listing.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/hash.hpp>

#include "blob_fake.hpp"

using namespace mlops;
using test::BlobWorld;
using test::error_of;
using test::k_container;
using test::k_sas;

TEST_CASE("A container's signature goes with each request, and is a secret everywhere else", "[blob]") {
  BlobWorld world;
  world.container.put("folder/my file.txt", "content", {{"author", "me"}});
  const http::Request request = world.transport.requests.back();
  CHECK(request.url == k_container + "/folder/my%20file.txt?" + k_sas);
  CHECK(request.headers.find("x-ms-version") == "2021-12-02");
  CHECK(request.headers.find("x-ms-date") == "Sun, 01 Mar 2026 12:00:00 GMT");
  CHECK(request.headers.find("x-ms-blob-type") == "BlockBlob");
  CHECK(request.headers.find("x-ms-meta-author") == "me");
  CHECK_FALSE(request.headers.contains("Authorization"));
  CHECK(world.blobs.at("folder/my file.txt") == "content");
  CHECK(world.container.url_of("a b") == k_container + "/a%20b");
  world.log.info("address: " + request.url + " and s3cr+t=");
  CHECK_THAT(world.output.text,
             Catch::Matchers::EndsWith("address: " + k_container + "/folder/my%20file.txt?*** and ***\n"));
}

TEST_CASE("Without a signature the session's token for storage is used", "[blob]") {
  BlobWorld world;
  auto container = azure::BlobContainer::with_token(world.session, k_container + "/");
  container.put("a", "b");
  CHECK(test::form_of(world.transport.requests.at(0)).at("scope") == "https://storage.azure.com/.default");
  CHECK(world.transport.requests.back().url == k_container + "/a");
  CHECK(world.transport.requests.back().headers.find("Authorization") == "Bearer token-1");
}

TEST_CASE("Properties hold size, etag and metadata by lower-case name; a missing blob has none", "[blob]") {
  BlobWorld world;
  world.transport.on("HEAD", "/a?", 200, "",
                     {{"Content-Length", "5000000000"}, {"ETag", "\"7\""}, {"X-Ms-Meta-Hash", "abc"}});
  const auto properties = world.container.properties("a");
  REQUIRE(properties);
  CHECK(properties->size == 5'000'000'000);
  CHECK(properties->etag == "\"7\"");
  CHECK(properties->metadata == std::map<std::string, std::string>{{"hash", "abc"}});
  world.transport.on("HEAD", "/a?", 404, "", {{"x-ms-error-code", "BlobNotFound"}});
  CHECK_FALSE(world.container.properties("a"));
  world.transport.on("HEAD", "/a?", 403, "", {{"x-ms-error-code", "AuthenticationFailed"}});
  CHECK(error_of([&] { world.container.properties("a"); }).message() ==
        "can't look up the blob \"a\": AuthenticationFailed.");
}

TEST_CASE("Metadata is replaced as a whole", "[blob]") {
  BlobWorld world;
  world.container.set_metadata("a", {{"upload_status", "completed"}});
  CHECK(world.transport.lines().back() == "PUT " + k_container + "/a?comp=metadata&" + k_sas);
  CHECK(world.transport.requests.back().headers.find("x-ms-meta-upload_status") == "completed");
}

TEST_CASE("A list is followed by its markers", "[blob]") {
  BlobWorld world;
  world.transport.on(
      "GET", "comp=list&prefix=logs%2F&maxresults=5000&sv", 200,
      "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>"
      "<Blob><Name>logs/a &amp; b.txt</Name><Properties><Content-Length>12</Content-Length></Properties></Blob>"
      "<BlobPrefix><Name>logs/x/</Name></BlobPrefix>"
      "<Blob><Name "
      "Encoded=\"true\">logs/%EF%BF%BE</Name><Properties><Content-Length>0</Content-Length></Properties></Blob>"
      "</Blobs><NextMarker>2!more</NextMarker></EnumerationResults>");
  world.transport.on("GET", "&marker=2%21more&sv", 200,
                     "<EnumerationResults><Blobs><Blob><Name>logs/c</Name><Properties><Content-Length>5000000000"
                     "</Content-Length></Properties></Blob></Blobs><NextMarker/></EnumerationResults>");
  const auto items = world.container.list("logs/");
  REQUIRE(items.size() == 3);
  CHECK(items[0].name == "logs/a & b.txt");
  CHECK(items[0].size == 12);
  CHECK(items[1].name == "logs/\xEF\xBF\xBE");
  CHECK(items[2].size == 5'000'000'000);
  CHECK_THROWS_AS(azure::parse_blob_page("{}"), core::Error);
  CHECK_THROWS_AS(azure::parse_blob_page("<EnumerationResults/>"), core::Error);
  CHECK(azure::parse_blob_page("<EnumerationResults><Blobs/></EnumerationResults>").items.empty());
}

TEST_CASE("Reading from an offset gets what is new, and nothing when there is nothing", "[blob]") {
  BlobWorld world;
  world.blobs["log"] = "0123456789";
  CHECK(world.container.read("log", 0, 4) == "0123");
  CHECK(world.container.read("log", 7, 1'000'000) == "789");
  CHECK(world.transport.requests.back().headers.find("x-ms-range") == "bytes=7-1000006");
  CHECK(world.container.read("log", 10, 100).empty());
  CHECK(world.container.read("log", 0, 0).empty());
  const auto error = error_of([&] { world.container.read("none", 0, 1); });
  CHECK(error.code() == "not-found");
  CHECK(error.message() == "can't read the blob \"none\": BlobNotFound: No.");
}

TEST_CASE("A download lands whole under its name", "[blob]") {
  BlobWorld world;
  const auto file = world.folder.path() / "sub" / "data.bin";
  world.blobs["data"] = "some content";
  world.container.download("data", file);
  CHECK(core::read_file(file) == "some content");
  world.blobs["data"] = "";
  world.container.download("data", file);
  CHECK(core::read_file(file).empty());
  CHECK(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}) == 1);
}

TEST_CASE("A large download goes piece by piece and survives a broken connection", "[blob]") {
  BlobWorld world;
  std::string content;
  while (content.size() < 70'000'000)
    content += std::string(9'999, static_cast<char>('a' + content.size() % 23)) + "\n";
  int requests = 0;
  world.transport.on("GET", "/data?", [&](const http::Request& request) -> http::Response {
    const std::size_t start = std::stoull(request.headers.find("x-ms-range")->substr(6));
    if (++requests == 2) {
      request.sink("only a part of it");
      throw http::TransportError(http::FailureKind::interrupted, "broke off.", {}, "");
    }
    const std::string piece = content.substr(start, 32U << 20U);
    CHECK(request.headers.find("If-Match") == (start == 0 ? std::nullopt : std::optional<std::string>("\"1\"")));
    return {206, {{"Content-Range", "bytes x/" + std::to_string(content.size())}, {"ETag", "\"1\""}}, piece};
  });
  world.container.download("data", world.folder.path() / "data");
  CHECK(requests == 4);
  CHECK(core::Sha256().update_file(world.folder.path() / "data").hex() == core::sha256_hex(content));
}

TEST_CASE("A failed download leaves nothing behind", "[blob]") {
  BlobWorld world;
  const auto file = world.folder.path() / "data";
  CHECK(error_of([&] { world.container.download("none", file); }).code() == "not-found");
  world.transport.on("GET", "/changing?", [n = std::make_shared<int>(0)](const http::Request&) -> http::Response {
    if (++*n > 1) return {412};
    return {206, {{"Content-Range", "bytes 0-3/100"}, {"ETag", "\"1\""}}, "abcd"};
  });
  const auto error = error_of([&] { world.container.download("changing", file); });
  CHECK(error.code() == "download-failed");
  CHECK(error.message() == "can't download the blob \"changing\": it changed meanwhile.");
  CHECK(std::filesystem::is_empty(world.folder.path()));
  world.blobs["data"] = "x";
  world.folder.write("in-the-way", "");
  CHECK_THAT(error_of([&] { world.container.download("data", world.folder.path() / "in-the-way" / "data"); }).message(),
             Catch::Matchers::StartsWith("can't write \""));
}
