#include <mlops/tasks/model-register/evidence.hpp>
#include <mlops/tasks/model-register/lineage.hpp>
#include <mlops/tasks/model-register/spec.hpp>
#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using namespace mlops::tasks::model_register;

namespace {

std::map<std::string, std::string> from_job(const std::map<std::string, std::string>& more = {}) {
  std::map<std::string, std::string> values = {
      {"modelName", "cancer"}, {"jobName", "train-1"}, {"outputName", "model"}};
  for (const auto& [name, value] : more) values[name] = value;
  return values;
}

Options read(const std::map<std::string, std::string>& values) {
  return read_options(agent::Inputs(spec(), values));
}

agent::PipelineRun sample_run() {
  agent::PipelineRun run;
  run.build_id = "42";
  run.build_number = "20260301.1";
  run.commit = "abc123";
  return run;
}

}  // namespace

TEST_CASE("a model comes from a job or from the agent, never from both or neither") {
  CHECK(test::error_of([] {
          read({{"modelName", "cancer"}});
        }).message() == "the input jobName (--job-name) and the input modelPath (--model-path) are both empty.");
  CHECK(test::error_of([] {
          read(from_job({{"modelPath", "m"}}));
        }).message() == "the input jobName (--job-name) and the input modelPath (--model-path) are both set.");
}

TEST_CASE("names that the service would refuse are refused first") {
  CHECK(test::error_of([] {
          read(from_job({{"modelName", "my model"}}));
        }).message() == "the input modelName (--model-name) is \"my model\".");
  CHECK(test::error_of([] {
          read(from_job({{"path", "a/../../b"}}));
        }).message() == "the input path (--path) is \"a/../../b\".");
  CHECK(read(from_job({{"path", "/a//b/"}})).path == "a/b");
}

TEST_CASE("only what the gate let pass is registered when the gate is required") {
  const test::TemporaryFolder folder;
  const auto report = [&](const std::string& text) {
    return read(from_job({{"gateReport", folder.write("report.json", text).string()}, {"requireGate", "true"}}));
  };
  const GateEvidence good =
      read_gate_report(report(R"({"verdict":"warn","job":"train-1","candidate":{"metrics":{"a":0.5,"b":"NaN"}}})"));
  CHECK(good.verdict == "warn");
  CHECK(good.metrics == std::map<std::string, double>{{"a", 0.5}});
  CHECK(test::error_of([&] { read_gate_report(report(R"({"verdict":"fail","job":"train-1"})")); }).message() ==
        "the gate's verdict is \"fail\": the model is not registered.");
  CHECK(test::error_of([&] { read_gate_report(report(R"({"verdict":"pass","job":"train-2"})")); }).message() ==
        "the gate judged the job \"train-2\", but \"train-1\" is to be registered.");
  CHECK(test::error_of([&] { read_gate_report(report("{}")); }).message() == "the key \"verdict\" is missing.");
  CHECK(test::error_of([] { read(from_job({{"requireGate", "true"}})); }).code() == "gate-missing");
}

TEST_CASE("the registration key is the same for a re-run and differs for anything else") {
  const Options options = read(from_job());
  const std::string key = registration_key(options, "azureml://x", sample_run());
  CHECK(key == registration_key(options, "azureml://x", sample_run()));
  agent::PipelineRun other = sample_run();
  other.build_id = "43";
  CHECK(key != registration_key(options, "azureml://x", other));
  CHECK(key != registration_key(options, "azureml://y", sample_run()));
}

TEST_CASE("a version carries where it came from and what the gate said") {
  const Options options =
      read(from_job({{"tags", "owner=ada\ngate=overruled"}, {"properties", "note=" + std::string(2000, 'x')}}));
  const auto model =
      describe(options, sample_run(), {"pass", "train-1", {}}, {{"accuracy", 0.9500000001}}, "azureml://x", "k");
  CHECK(model.tags ==
        aml::TextMap{{"gate", "overruled"}, {"commit", "abc123"}, {"build", "20260301.1"}, {"owner", "ada"}});
  CHECK(model.properties.at("mlops.job") == "train-1");
  CHECK(model.properties.at("mlops.gateVerdict") == "pass");
  CHECK(model.properties.at("metrics.accuracy") == "0.9500000001");
  CHECK(model.properties.at(k_registration_key) == "k");
  CHECK(model.properties.at("note").size() == 1000);
}
