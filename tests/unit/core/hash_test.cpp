#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops::core;

TEST_CASE("SHA-256 gives the digests of FIPS 180-2") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

  SECTION("a file is hashed as its bytes, also beyond one piece") {
    const mlops::test::TemporaryFolder folder;
    const std::string content(200'000, 'x');
    CHECK(Sha256().update_file(folder.write("big", content)).hex() == sha256_hex(content));
  }
  SECTION("a file that isn't there is an error with its name") {
    CHECK_THROWS_WITH(Sha256().update_file("no/such"), "no/such: can't read \"no/such\".");
  }
}

TEST_CASE("base64 follows RFC 4648") {
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64url("\xfb\xff") == "-_8");
  CHECK(base64_decode("Zm8=") == "fo");
  CHECK(base64_decode("-_8") == "\xfb\xff");
  CHECK(base64_decode("") == "");
  CHECK_THROWS_AS(base64_decode("a?"), Error);
}

TEST_CASE("HMAC-SHA-256 gives the digest of RFC 4231, case 2") {
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("random UUIDs are version 4 and differ") {
  const std::string one = random_uuid();
  CHECK(one.size() == 36);
  CHECK(one[14] == '4');
  CHECK(one != random_uuid());
}
