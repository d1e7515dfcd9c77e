// Mistakes in steps and components of every type, and what the user is told.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops_test/catch.hpp>

#include "recording_resolver.hpp"

using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string error_of(const std::string& text) {
  test::RecordingResolver resolver;
  const test::TemporaryFolder folder;
  folder.write("train.yml",
               "type: command\ncommand: python train.py ${{inputs.rate}}\nenvironment: azureml:e:1\n"
               "inputs: {rate: {type: number}, kind: {type: string}}\n");
  folder.write("loop.yml", "type: pipeline\njobs:\n  again: {type: pipeline, component: ./loop.yml}\n");
  try {
    const aml::YamlFile file = aml::parse_yaml(text, folder.path() / "job.yml", resolver.variables);
    aml::compile(aml::kind_of(file), file, resolver);
  } catch (const core::Error& error) {
    return core::replace_all(error.what(), folder.path().string() + "/", "");
  }
  return "no error";
}

const std::string k_sweep =
    "type: pipeline\njobs:\n  tune:\n    type: sweep\n    trial: ./train.yml\n    limits: {max_total_trials: 2}\n"
    "    objective: {primary_metric: auc, goal: maximize}\n    search_space:\n";
const std::string k_uniform = "{type: uniform, min_value: 0, max_value: 1}\n";

std::string parallel(const std::string& lines) {
  return "type: pipeline\njobs:\n  score:\n    type: parallel\n"
         "    inputs: {rows: {type: mltable, path: azureml:rows:1}}\n    outputs: {all: {type: uri_file}}\n" +
         lines;
}

}  // namespace

TEST_CASE("a sweep step gives its trial what the search space holds") {
  CHECK(error_of(k_sweep + "      rate: " + k_uniform + "      kind: {type: choice, values: [a]}\n") == "no error");
  CHECK_THAT(error_of(k_sweep + "      rate: " + k_uniform),
             ContainsSubstring("the step \"tune\" gives its component no input \"kind\"."));
  CHECK_THAT(error_of(k_sweep + "      rte: " + k_uniform),
             ContainsSubstring("job.yml:9:12: the component of the step \"tune\" has no input \"rte\"; did you mean "
                               "\"rate\"?"));
  CHECK_THAT(error_of("type: pipeline\njobs:\n  tune: {type: sweep, limits: {max_total_trials: 2}}\n"),
             ContainsSubstring("the step \"tune\" needs the key \"trial\"."));
}

TEST_CASE("a step's type must be its component's") {
  CHECK(error_of("type: pipeline\njobs:\n  a: {type: parallel, component: ./train.yml}\n") ==
        "job.yml:3:34: the step \"a\" is of type parallel, but this is a command component. Write `type: command`.");
  CHECK_THAT(error_of("type: pipeline\njobs:\n  a: {type: pipeline}\n"),
             ContainsSubstring("the step \"a\" needs the key \"component\"."));
}

TEST_CASE("a pipeline component that contains itself is refused") {
  CHECK_THAT(error_of("type: pipeline\njobs:\n  a: {type: pipeline, component: ./loop.yml}\n"),
             ContainsSubstring("the pipeline components stand too deep in each other. Does one contain itself?"));
}

TEST_CASE("a parallel step's settings and expressions are checked") {
  const std::string task = "    task: {type: function, entry_script: s.py, environment: azureml:e:1";
  CHECK(error_of(parallel("    mini_batch_size: 10kb\n" + task + "}\n")) == "no error");
  CHECK_THAT(error_of(parallel("    mini_batch_size: 10 kb\n" + task + "}\n")),
             ContainsSubstring("\"10 kb\" is no size of a mini batch."));
  CHECK_THAT(error_of(parallel("    mini_batch_size: 99999999999999999999\n" + task + "}\n")),
             ContainsSubstring("is no size of a mini batch."));
  CHECK_THAT(error_of(parallel(task + ", append_row_to: \"${{outputs.al}}\"}\n")),
             ContainsSubstring("has no output \"al\"; did you mean \"all\"?"));
  CHECK_THAT(error_of(parallel("    input_data: ${{inputs.row}}\n" + task + "}\n")),
             ContainsSubstring("has no input \"row\"; did you mean \"rows\"?"));
  CHECK_THAT(error_of(parallel("")), ContainsSubstring("the step \"score\" needs the key \"task\"."));
  CHECK_THAT(
      error_of(parallel(task + ", entry_scrpt: x}\n")),
      ContainsSubstring("unknown key \"entry_scrpt\" in the task of a parallel step; did you mean \"entry_script\"?"));
}

TEST_CASE("a value of a step may be bound to the pipeline's inputs, one of a job may not") {
  const std::string bound = "{instance_count: \"${{parent.inputs.nodes}}\"}\n";
  CHECK(error_of("type: pipeline\ninputs: {nodes: 2}\njobs:\n  a:\n    component: azureml:c:1\n    resources: " +
                 bound) == "no error");
  CHECK_THAT(error_of("type: command\ncommand: x\nenvironment: azureml:e:1\nresources: " + bound),
             ContainsSubstring("a whole number is needed here"));
}

TEST_CASE("a pipeline job runs a pipeline component, and nothing else") {
  CHECK(error_of("type: pipeline\ncomponent: ./train.yml\n") ==
        "job.yml:2:12: \"./train.yml\" is a command component, not a pipeline component. Make it a step below `jobs`.");
  CHECK(error_of("type: pipeline\ncomponent: azureml:p:1\njobs: {}\n") ==
        "job.yml:3:7: a pipeline has either \"jobs\" or \"component\".");
}

TEST_CASE("a step that imports or exports has one port") {
  const auto transfer = [](const std::string& task, const std::string& keys) {
    return error_of("type: pipeline\njobs:\n  move: {type: data_transfer, task: " + task + ", " + keys + "}\n");
  };
  const std::string database = "{type: database, connection: azureml:c, query: q}";
  const std::string data = "{type: uri_file, path: azureml:d:1}";

  CHECK(transfer("import_data", "source: " + database + ", outputs: {sink: {type: mltable}}") == "no error");
  CHECK(transfer("export_data", "sink: " + database + ", inputs: {source: " + data + "}") == "no error");
  CHECK_THAT(transfer("import_data", "source: " + database + ", outputs: {out: {type: mltable}}"),
             ContainsSubstring("such a step has one member in `outputs`, named \"sink\"."));
  CHECK_THAT(transfer("import_data", "source: " + database),
             ContainsSubstring("the step \"move\" needs the key \"outputs\"."));
  CHECK_THAT(transfer("import_data", "source: {type: database}, outputs: {sink: {type: mltable}}"),
             ContainsSubstring("job.yml:3:58: the source of an import needs the key \"connection\"."));
  CHECK_THAT(transfer("export_data", "sink: " + database + ", inputs: {source: " + data + "}, outputs: {o: }"),
             ContainsSubstring("such a step has no `outputs`. It is described by `sink`."));
  CHECK_THAT(transfer("export_data", "sink: {type: file_system, connection: c}, inputs: {source: " + data + "}"),
             ContainsSubstring("data can't be exported to a file system by a step. Export to a database"));
  CHECK_THAT(transfer("import_data", "component: ./train.yml"),
             ContainsSubstring("an import or export runs a registered component, not one of a file."));
  CHECK_THAT(
      transfer("move_data", "compute: azureml:adf"),
      ContainsSubstring("a step with the task \"move_data\" can't be submitted by this task. It can be copy_data, "
                        "import_data, export_data."));
}

TEST_CASE("what runs only as a step is refused as a job, with the way out") {
  CHECK(error_of("$schema: https://azuremlschemas.azureedge.net/latest/importJob.schema.json\ntype: import\n") ==
        "job.yml:1:10: Azure ML runs \"importJob\" only as a step of a pipeline. Write a file of `type: pipeline` with "
        "this "
        "below `jobs:`.");
  CHECK_THAT(error_of("type: data_transfer\ntask: copy_data\n"),
             ContainsSubstring("job.yml:1:7: Azure ML runs \"data_transfer\" only as a step of a pipeline."));
}
