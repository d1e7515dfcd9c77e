#include <array>
#include <mlops/http/trusted_roots.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using http::NetworkSettings;
using http::TrustedRoots;

namespace {

/// A machine with two places for certificates, both empty.
struct Fixture {
  TrustedRoots roots() const { return http::trusted_roots(settings, {in_library, places}); }

  test::TemporaryFolder folder;
  std::string first = (folder.path() / "first.pem").string();
  std::string second = (folder.path() / "second.pem").string();
  std::array<const char*, 2> places{first.c_str(), second.c_str()};
  NetworkSettings settings;
  bool in_library = false;
};

}  // namespace

TEST_CASE("The agent's file is trusted alone, even when it can't be read") {
  Fixture machine;
  machine.folder.write("first.pem", "");
  machine.in_library = true;
  machine.settings.ca_file = "/missing.pem";
  CHECK(machine.roots().file == "/missing.pem");
  CHECK(machine.roots().origin == "the agent's settings, /missing.pem");
}

TEST_CASE("A TLS library that knows the system's store is left to it") {
  Fixture machine;
  machine.folder.write("first.pem", "");
  machine.in_library = true;
  CHECK(machine.roots().file.empty());
  CHECK(machine.roots().origin == "the system's store");
}

TEST_CASE("The first of the system's files that exists is trusted, before the task's own") {
  Fixture machine;
  machine.folder.write("second.pem", "");
  machine.settings.bundled_ca_file = machine.folder.write("certificates.pem", "").string();
  CHECK(machine.roots().file == machine.second);
  CHECK(machine.roots().origin == "the system's, " + machine.second);
  machine.folder.write("first.pem", "");
  CHECK(machine.roots().file == machine.first);
}

TEST_CASE("A system without certificates gets those that came with the task") {
  Fixture machine;
  machine.settings.bundled_ca_file = machine.folder.write("certificates.pem", "").string();
  CHECK(machine.roots().file == machine.settings.bundled_ca_file);
  CHECK(machine.roots().origin == "those that came with the task, " + machine.settings.bundled_ca_file);
}

TEST_CASE("Without any certificates nothing is trusted") {
  Fixture machine;
  machine.settings.bundled_ca_file = (machine.folder.path() / "missing.pem").string();
  CHECK(machine.roots().file.empty());
  CHECK(machine.roots().origin == "none: this machine has no certificates");
}
