// Files of Azure's own examples: every one of the kinds this layer creates must compile. Runs where the examples are.

#include <map>
#include <mlops/aml/compile/compile.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops_test/catch.hpp>

#include "recording_resolver.hpp"

using namespace mlops;

namespace {

const std::map<std::string, aml::Kind>& kinds() {
  static const std::map<std::string, aml::Kind> map = {{"commandJob", aml::Kind::command_job},
                                                       {"pipelineJob", aml::Kind::pipeline_job},
                                                       {"sweepJob", aml::Kind::sweep_job},
                                                       {"commandComponent", aml::Kind::component},
                                                       {"parallelComponent", aml::Kind::component},
                                                       {"pipelineComponent", aml::Kind::component},
                                                       {"sparkComponent", aml::Kind::component},
                                                       {"sparkJob", aml::Kind::spark_job},
                                                       {"data", aml::Kind::data},
                                                       {"environment", aml::Kind::environment},
                                                       {"amlCompute", aml::Kind::compute},
                                                       {"computeInstance", aml::Kind::compute},
                                                       {"model", aml::Kind::model}};
  return map;
}

/// The examples' data and code are not all there: only the YAML matters.
class CorpusResolver : public test::RecordingResolver {
 public:
  std::string code(const aml::CodeSource&) override {
    return aml::version_path(test::k_workspace, aml::k_code, "c", "1");
  }

  aml::Uploaded upload(const std::filesystem::path& local, const core::FilePlace&, const std::string&,
                       const std::string&) override {
    aml::Uploaded uploaded;
    uploaded.datastore = aml::k_blob_datastore;
    uploaded.path = "LocalUpload/0/" + local.filename().string();
    return uploaded;
  }
};

// Not supported yet; the error says so.
bool is_other_kind(const core::Error& error) {
  return error.message().find("can't be submitted by this task") != std::string::npos;
}

}  // namespace

TEST_CASE("Azure's own examples compile") {
  const std::filesystem::path corpus = std::filesystem::path(MLOPS_SHARED) / "corpus" / "azureml-examples";
  if (!std::filesystem::exists(corpus / "CASES.txt")) {
    WARN("skipped: the examples are not here");
    return;
  }
  std::vector<std::string> failures;
  int compiled = 0;
  int unsupported = 0;
  for (const auto& line : core::list_items(core::read_file(corpus / "CASES.txt"))) {
    const auto parts = core::split(line, '\t');
    const auto kind = kinds().find(parts[0]);
    if (kind == kinds().end()) continue;
    CorpusResolver resolver;
    try {
      const aml::YamlFile file = aml::load_yaml(corpus / parts[1], resolver.variables);
      CHECK(aml::kind_of(file) == kind->second);
      aml::compile(kind->second, file, resolver);
      ++compiled;
    } catch (const core::Error& error) {
      if (is_other_kind(error)) {
        ++unsupported;
      } else {
        failures.push_back(core::replace_all(error.what(), corpus.string() + "/", ""));
      }
    }
  }
  // Two get their input's path on the command line, two hold a placeholder for
  // their version.
  const std::vector<std::string> expected = {
      "cli/endpoints/batch/deploy-pipelines/batch-scoring-with-preprocessing/pipeline-job.yml:14:5: the key \"path\" "
      "is "
      "missing. Add it to this mapping.",
      "cli/endpoints/batch/deploy-pipelines/training-with-components/deployment-ordinal/pipeline-job.yml:12:5: the key "
      "\"path\" is missing. Add it to this mapping.",
      "cli/jobs/pipelines-with-components/nyc_taxi_data_regression/artifacts/model/nyc-taxi-model.yaml:4:10: "
      "\"<VERSION>\" can't be a name or version in Azure ML. Letters, digits, '-', '_' and '.' may stand in it, at "
      "most "
      "255.",
      "cli/jobs/pipelines-with-components/nyc_taxi_data_regression/env_train.yml:3:10: \"1-<VERSION>\" can't be a name "
      "or "
      "version in Azure ML. Letters, digits, '-', '_' and '.' may stand in it, at most 255.",
  };
  CHECK(failures == expected);
  CHECK(compiled > 100);
  CHECK(unsupported == 0);
}
