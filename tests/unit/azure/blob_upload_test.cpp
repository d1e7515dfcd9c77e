#include <mlops/azure/blob_upload.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/http/url.hpp>

#include "blob_fake.hpp"

using namespace mlops;
using azure::k_block_size;
using test::BlobWorld;
using test::error_of;

namespace {

// No two blocks alike.
std::string content_of(std::size_t size) {
  std::string content;
  content.reserve(size + 5'003);
  for (char letter = 'a'; content.size() < size; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
    content.append(5'003, letter);
  }
  content.resize(size);
  return content;
}

azure::UploadFile file_in(const BlobWorld& world, const std::string& name, const std::string& content) {
  return {world.folder.write(name, content), "up/" + name, content.size()};
}

}  // namespace

TEST_CASE("Small files go at once, large ones in blocks, and progress counts every byte", "[upload]") {
  BlobWorld world;
  const std::string large = content_of(2 * k_block_size + 12'345);
  const std::vector<azure::UploadFile> files = {file_in(world, "empty", ""), file_in(world, "small", "abc"),
                                                file_in(world, "full", content_of(k_block_size)),
                                                file_in(world, "large", large)};
  std::vector<std::uint64_t> progress;
  std::uint64_t total = 0;
  world.container.upload(files, [&](std::uint64_t done, std::uint64_t all) {
    progress.push_back(done);
    total = all;
  });
  CHECK(world.blobs.at("up/empty").empty());
  CHECK(world.blobs.at("up/small") == "abc");
  CHECK(world.blobs.at("up/full") == content_of(k_block_size));
  CHECK(world.blobs.at("up/large") == large);
  CHECK(world.puts == std::map<std::string, int>{{"blob", 3}, {"block", 3}, {"blocklist", 1}});
  CHECK(total == 3 + k_block_size + large.size());
  CHECK(progress.back() == total);
  CHECK(std::is_sorted(progress.begin(), progress.end()));
}

TEST_CASE("Requests of an upload have no time limit of their own and read from the file", "[upload]") {
  BlobWorld world;
  world.container.upload({file_in(world, "small", "abc")}, {});
  const http::Request request = world.transport.requests.back();
  CHECK(request.timeout.count() == 0);
  CHECK(std::holds_alternative<http::FileRange>(request.body));
  CHECK(request.headers.find("x-ms-blob-type") == "BlockBlob");
}

TEST_CASE("An interrupted upload is taken up where it stood", "[upload]") {
  BlobWorld world;
  const std::string large = content_of(3 * k_block_size + 1);
  const auto file = file_in(world, "large", large);
  std::atomic<int> blocks{0};
  world.transport.on("PUT", "comp=block&", [&](const http::Request& request) -> http::Response {
    if (++blocks > 2) return {403, {}, "<Error><Code>AuthenticationFailed</Code></Error>"};
    const std::string url = request.url;
    const auto start = url.find("blockid=") + 8;
    world.uncommitted["up/large"][http::decode(url.substr(start, url.find('&', start) - start))] =
        test::body_of(request);
    return {201};
  });
  CHECK_THAT(error_of([&] { world.container.upload({file}, {}); }).message(),
             Catch::Matchers::StartsWith("can't upload \"" + file.file.string() + "\": AuthenticationFailed"));
  REQUIRE(world.uncommitted.at("up/large").size() == 2);

  BlobWorld again;
  again.uncommitted = world.uncommitted;
  std::vector<std::uint64_t> progress;
  again.container.upload({file}, [&](std::uint64_t done, std::uint64_t) { progress.push_back(done); });
  CHECK(again.puts.at("block") == 2);
  CHECK(again.blobs.at("up/large") == large);
  CHECK(progress.front() > 0);
  CHECK(progress.back() == large.size());
  CHECK_THAT(again.output.text, Catch::Matchers::ContainsSubstring("are there from an earlier upload."));
}

TEST_CASE("Blocks of a file's earlier state are not used", "[upload]") {
  BlobWorld world;
  const auto file = file_in(world, "large", content_of(2 * k_block_size));
  const auto before = std::filesystem::last_write_time(file.file) - std::chrono::seconds(10);
  for (const std::uint64_t offset : {std::uint64_t{0}, k_block_size}) {
    world.uncommitted["up/large"][azure::block_id(file, before, k_block_size, offset)] = std::string(k_block_size, 'x');
  }
  world.container.upload({file}, {});
  CHECK(world.puts.at("block") == 2);
  CHECK(world.blobs.at("up/large") == content_of(2 * k_block_size));
}

TEST_CASE("A block of the right name but another size is sent again", "[upload]") {
  BlobWorld world;
  const auto file = file_in(world, "large", content_of(k_block_size + 5));
  const auto time = std::filesystem::last_write_time(file.file);
  world.uncommitted["up/large"][azure::block_id(file, time, k_block_size, 0)] = "short";
  world.container.upload({file}, {});
  CHECK(world.puts.at("block") == 2);
}

TEST_CASE("Block ids of a file are equally long, differ by offset, and fit the service's limit", "[upload]") {
  const azure::UploadFile file{"f", "f", std::uint64_t{1} << 45U};
  const std::filesystem::file_time_type time;
  const auto id = [&](std::uint64_t offset) { return azure::block_id(file, time, k_block_size, offset); };
  CHECK(id(0) == id(0));
  CHECK(id(0) != id(1));
  CHECK(id(0).size() == id((std::uint64_t{1} << 45U) - 1).size());
  CHECK(core::base64_decode(id(0)).size() <= 64);
}

TEST_CASE("Blocks grow so that no file needs more than fifty thousand", "[upload]") {
  CHECK(azure::block_size_for(1) == k_block_size);
  CHECK(azure::block_size_for(k_block_size * 50'000) == k_block_size);
  CHECK(azure::block_size_for(k_block_size * 50'000 + 1) == k_block_size + (1U << 20U));
  const std::uint64_t huge = std::uint64_t{190} << 40U;  // the service's largest blob, about
  CHECK((huge + azure::block_size_for(huge) - 1) / azure::block_size_for(huge) <= 50'000);
}

TEST_CASE("A file that is not what was announced is not sent", "[upload]") {
  BlobWorld world;
  auto file = file_in(world, "small", "abc");
  file.size = 4;
  const auto error = error_of([&] { world.container.upload({file}, {}); });
  CHECK(error.code() == "file-changed");
  CHECK(error.message() == "\"" + file.file.string() + "\" has 3 bytes now, and had 4 when the upload was prepared.");
  file.file = world.folder.path() / "none";
  CHECK(error_of([&] { world.container.upload({file}, {}); }).code() == "file-unreadable");
  CHECK(world.transport.requests.empty());
}

TEST_CASE("A file that changes while its blocks are sent is not committed", "[upload]") {
  BlobWorld world;
  const auto file = file_in(world, "large", content_of(2 * k_block_size));
  world.transport.on("PUT", "comp=block&", [&](const http::Request&) -> http::Response {
    std::filesystem::resize_file(file.file, 2 * k_block_size + 1);
    return {201};
  });
  CHECK(error_of([&] { world.container.upload({file}, {}); }).code() == "file-changed");
  CHECK(world.blobs.empty());
}
