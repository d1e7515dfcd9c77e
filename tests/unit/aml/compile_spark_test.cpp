// Spark jobs: what Spark can't start with is said with its place. The documents are compared with the SDK's in
// tests/conformance/parity.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/error.hpp>
#include <mlops_test/catch.hpp>

#include "recording_resolver.hpp"

using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

boost::json::value compiled(const std::string& text) {
  test::RecordingResolver resolver;
  const aml::YamlFile file = aml::parse_yaml(text, "job.yml", resolver.variables);
  return aml::compile(aml::kind_of(file), file, resolver).body;
}

std::string error_of(const std::string& text) {
  try {
    compiled(text);
  } catch (const core::Error& error) {
    return error.what();
  }
  return "no error";
}

const std::string k_serverless = "resources: {instance_type: standard_e4s_v3, runtime_version: \"3.4\"}\n";
const std::string k_sizes =
    "  spark.driver.cores: 1\n  spark.driver.memory: 2g\n  spark.executor.cores: 2\n  spark.executor.memory: 2g\n";
const std::string k_start = "type: spark\nentry: {file: main.py}\n";

std::string job(const std::string& conf, const std::string& rest = k_serverless) {
  return k_start + "conf:\n" + k_sizes + conf + rest;
}

const std::string k_dynamic = "  spark.dynamicAllocation.enabled: true\n";

}  // namespace

TEST_CASE("settings go as texts, dynamic allocation begins with its least") {
  const auto body = compiled(job(k_dynamic + "  spark.dynamicAllocation.minExecutors: 2\n"
                                             "  spark.dynamicAllocation.maxExecutors: 4\n"));
  const auto& conf = aml::object_at(body, "properties.conf");
  CHECK(conf.at("spark.executor.instances") == "2");
  CHECK(conf.at("spark.dynamicAllocation.enabled") == "True");
  CHECK(conf.at("spark.driver.cores") == "1");
}

TEST_CASE("without an identity the user runs serverless Spark, the pool's identity an attached one") {
  const std::string two = "  spark.executor.instances: 2\n";
  CHECK(aml::text_at(compiled(job(two)), "properties.identity.identityType") == "UserIdentity");
  CHECK(aml::text_at(compiled(job(two, "compute: azureml:pool\n")), "properties.identity.identityType") == "Managed");
}

TEST_CASE("a setting that Spark needs is asked for") {
  CHECK_THAT(error_of(job("")), ContainsSubstring("need spark.executor.instances, or dynamic allocation."));
  CHECK_THAT(error_of(job(k_dynamic)),
             ContainsSubstring("need spark.dynamicAllocation.minExecutors for dynamic allocation."));
  CHECK_THAT(error_of(job("  spark.executor.instances: 1\n  spark.dynamicAllocation.minExecutors: 1\n")),
             ContainsSubstring("job.yml:9:41: spark.dynamicAllocation.minExecutors needs dynamic allocation."));
}

TEST_CASE("numbers of executors must fit each other") {
  const std::string range =
      k_dynamic + "  spark.dynamicAllocation.minExecutors: 2\n  spark.dynamicAllocation.maxExecutors: ";
  CHECK_THAT(error_of(job(range + "1\n")), ContainsSubstring("must be at least 1 and at most 1."));
  CHECK_THAT(error_of(job(range + "4\n  spark.executor.instances: 5\n")), ContainsSubstring("between 2 and 4."));
  CHECK_THAT(error_of(job(range + "many\n")), ContainsSubstring("is a whole number, not \"many\"."));
}

TEST_CASE("a Spark job runs on a pool or on serverless resources of a known size") {
  const std::string one = "  spark.executor.instances: 1\n";
  CHECK_THAT(error_of(job(one, "")), ContainsSubstring("needs \"compute\" or \"resources\"."));
  CHECK_THAT(error_of(job(one, k_serverless + "compute: azureml:pool\n")),
             ContainsSubstring("has either \"compute\" or \"resources\"."));
  CHECK_THAT(error_of(job(one, "resources: {instance_type: standard_d2, runtime_version: \"3.4\"}\n")),
             ContainsSubstring("\"standard_d2\" is not possible here"));
}

TEST_CASE("Spark reads and writes its data directly") {
  const std::string one = "  spark.executor.instances: 1\n";
  CHECK_THAT(error_of(job(one) + "inputs: {a: {type: uri_file, path: azureml:d:1}}\n"),
             ContainsSubstring("have the mode direct. Write mode: direct."));
  CHECK_THAT(error_of(job(one) + "outputs: {a: {type: uri_file, mode: upload}}\n"), ContainsSubstring("job.yml:10:37"));
  CHECK(error_of(job(one) + "inputs: {a: 3}\n") == "no error");
}
