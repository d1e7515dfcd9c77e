// Mistakes in files, and what the user is told. The messages are compared whole.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/core/error.hpp>
#include <mlops_test/catch.hpp>

#include "recording_resolver.hpp"

using namespace mlops;

namespace {

std::string error_of(const std::string& text) {
  test::RecordingResolver resolver;
  const test::TemporaryFolder folder;
  folder.write("src/main.py", "print(1)\n");
  folder.write(
      "train.yml",
      "type: command\ncommand: python train.py ${{inputs.data}} ${{outputs.model}}\nenvironment: azureml:e:1\n"
      "inputs: {data: {type: uri_folder}, rate: {type: number, default: 1}}\noutputs: {model: {type: uri_folder}}\n");
  try {
    const aml::YamlFile file = aml::parse_yaml(text, folder.path() / "job.yml", resolver.variables);
    aml::compile(aml::kind_of(file), file, resolver);
  } catch (const core::Error& error) {
    return core::Error(error.code(), error.message(),
                       core::FilePlace{"job.yml", std::get<core::FilePlace>(error.place()).line,
                                       std::get<core::FilePlace>(error.place()).column},
                       error.hint())
        .what();
  }
  return "no error";
}

const std::string k_command = "type: command\ncommand: echo\nenvironment: azureml:e:1\n";
const std::string k_pipeline =
    "type: pipeline\ninputs:\n  data: {type: uri_file, path: azureml:d:1}\noutputs:\n  model:\njobs:\n"
    "  prep:\n    command: cp ${{inputs.raw}} ${{outputs.out}}\n    environment: azureml:e:1\n"
    "    inputs: {raw: \"${{parent.inputs.data}}\"}\n    outputs: {out: {type: uri_folder}}\n";

}  // namespace

TEST_CASE("an unknown key is named with its place and the nearest one") {
  CHECK(error_of(k_command + "computee: azureml:cpu\n") ==
        "job.yml:4:1: unknown key \"computee\" in a command job; did you mean \"compute\"?");
  CHECK(error_of(k_command + "resources:\n  instance_cont: 2\n") ==
        "job.yml:5:3: unknown key \"instance_cont\" in the resources of a job; did you mean \"instance_count\"?");
}

TEST_CASE("a value of the wrong type says what stands there") {
  CHECK(error_of(k_command + "resources: {instance_count: two}\n") ==
        "job.yml:4:29: a whole number is needed here, not the text \"two\".");
  CHECK(error_of(k_command + "limits: {timeout: [1]}\n") ==
        "job.yml:4:19: a number of at least 0 is needed here, not a list.");
  CHECK(error_of(k_command + "tags: x\n") == "job.yml:4:7: a mapping is needed here, not the text \"x\".");
}

TEST_CASE("numbers may come from variables, as texts") {
  CHECK(error_of(k_command + "resources: {instance_count: \"2\"}\nlimits: {timeout: \"60\"}\n") == "no error");
}

TEST_CASE("a word that isn't possible is answered with those that are") {
  CHECK(error_of(k_command + "inputs: {d: {type: uri_foldr, path: azureml:d:1}}\n") ==
        "job.yml:4:20: \"uri_foldr\" is not possible here; did you mean \"uri_folder\"? Possible are uri_folder, "
        "uri_file, "
        "mltable, custom_model, mlflow_model, triton_model.");
  CHECK(error_of(k_command + "distribution: {type: gloo}\n") ==
        "job.yml:4:22: \"gloo\" is not possible here. Possible are pytorch, mpi, tensorflow, ray.");
}

TEST_CASE("a missing key is asked for") {
  CHECK(error_of("type: command\ncommand: echo\n") == "job.yml:1:1: a command job needs the key \"environment\".");
  CHECK(error_of("type: pipeline\n") == "job.yml:1:1: the key \"jobs\" is missing. Add it to this mapping.");
}

TEST_CASE("a command may only name inputs and outputs that there are") {
  CHECK(error_of("type: command\nenvironment: azureml:e:1\ninputs: {learning_rate: 1}\ncommand: x "
                 "${{inputs.learning_rte}}\n") ==
        "job.yml:4:10: the command's job has no input \"learning_rte\"; did you mean \"learning_rate\"? It has: "
        "learning_rate.");
  CHECK(error_of("type: command\nenvironment: azureml:e:1\ncommand: x ${{outputs.model}}\n") ==
        "job.yml:3:10: the command's job has no output \"model\". It has no outputs at all.");
  CHECK(error_of("type: command\nenvironment: azureml:e:1\ncommand: x ${{input.a}}\n") ==
        "job.yml:3:10: \"${{input.a}}\" can't stand in a command. A command knows ${{inputs.<name>}} and "
        "${{outputs.<name>}}; bind others as inputs.");
}

TEST_CASE("an expression must be closed and hold a name") {
  CHECK_THAT(error_of("type: command\nenvironment: azureml:e:1\ncommand: x ${{inputs.a}\n"),
             Catch::Matchers::StartsWith("job.yml:3:10: the expression \"${{inputs.a}\" isn't closed with }}."));
  CHECK_THAT(error_of("type: command\nenvironment: azureml:e:1\ncommand: x ${{inputs.a b}}\n"),
             Catch::Matchers::StartsWith("job.yml:3:10: \"${{inputs.a b}}\" is no expression that Azure ML knows."));
}

TEST_CASE("a step may only bind what the pipeline and its steps have") {
  CHECK(error_of(k_pipeline + "  train:\n    command: x ${{inputs.a}}\n    environment: azureml:e:1\n"
                              "    inputs: {a: \"${{parent.jobs.prop.outputs.out}}\"}\n") ==
        "job.yml:15:17: the pipeline has no step \"prop\"; did you mean \"prep\"? It has: prep, train.");
  CHECK(error_of(k_pipeline + "  train:\n    command: x ${{inputs.a}}\n    environment: azureml:e:1\n"
                              "    inputs: {a: \"${{parent.jobs.prep.outputs.put}}\"}\n") ==
        "job.yml:15:17: the step \"prep\" has no output \"put\"; did you mean \"out\"? It has: out.");
  CHECK(error_of(k_pipeline + "  train:\n    command: x ${{inputs.a}}\n    environment: azureml:e:1\n"
                              "    inputs: {a: \"${{parent.inputs.dat}}\"}\n") ==
        "job.yml:15:17: the pipeline has no input \"dat\"; did you mean \"data\"? It has: data.");
  CHECK(error_of(k_pipeline + "  train:\n    command: x ${{outputs.m}}\n    environment: azureml:e:1\n"
                              "    outputs: {m: \"${{parent.outputs.modl}}\"}\n") ==
        "job.yml:15:18: the pipeline has no output \"modl\"; did you mean \"model\"? It has: model.");
}

TEST_CASE("steps that wait for each other are found") {
  CHECK(error_of("type: pipeline\njobs:\n"
                 "  a:\n    command: x ${{inputs.i}} ${{outputs.o}}\n    environment: azureml:e:1\n"
                 "    inputs: {i: \"${{parent.jobs.b.outputs.o}}\"}\n    outputs: {o: }\n"
                 "  b:\n    command: x ${{inputs.i}} ${{outputs.o}}\n    environment: azureml:e:1\n"
                 "    inputs: {i: \"${{parent.jobs.a.outputs.o}}\"}\n    outputs: {o: }\n") ==
        "job.yml:11:17: the steps \"b\" and \"a\" wait for each other.");
}

TEST_CASE("a component gets the inputs it declares, all and no others") {
  CHECK(
      error_of(k_pipeline + "  train:\n    component: ./train.yml\n    inputs: {dta: \"${{parent.inputs.data}}\"}\n") ==
      "job.yml:14:19: the component of the step \"train\" has no input \"dta\"; did you mean \"data\"? It has: data, "
      "rate.");
  CHECK(error_of(k_pipeline + "  train:\n    component: ./train.yml\n    inputs: {rate: 2}\n") ==
        "job.yml:13:5: the step \"train\" gives its component no input \"data\". Add it to the step's `inputs`, or "
        "give it a "
        "default in the component.");
}

TEST_CASE("a step of an unknown type lists the types there are") {
  CHECK_THAT(error_of(k_pipeline + "  tune:\n    type: comand\n    command: x\n"),
             Catch::Matchers::StartsWith("job.yml:13:11: a step of type \"comand\" can't be submitted by this task. "
                                         "It can be command, parallel, sweep"));
}

TEST_CASE("a file where a folder is meant, and the other way round") {
  CHECK_THAT(error_of(k_command + "inputs: {d: {type: uri_file, path: ./src}}\n"),
             Catch::Matchers::EndsWith("is a folder, but the input is a uri_file. Write `type: uri_folder`."));
  CHECK_THAT(error_of("name: d\ntype: uri_folder\npath: ./src/main.py\n"),
             Catch::Matchers::EndsWith("is a file, but the data asset is a uri_folder. Write `type: uri_file`."));
}

TEST_CASE("local paths that aren't there are named") {
  CHECK_THAT(error_of(k_command + "code: ./scr\n"),
             Catch::Matchers::StartsWith("job.yml:4:7: there is no file or folder") &&
                 Catch::Matchers::EndsWith("Paths count from the folder of the YAML file."));
  CHECK_THAT(error_of("name: e\nimage: x\nconda_file: conda.yml\n"),
             Catch::Matchers::StartsWith("job.yml:3:13: there is no conda file"));
}

TEST_CASE("an environment is made of an image or of a build context") {
  CHECK(error_of("name: e\nos_type: linux\nconda_file: {a: 1}\n") ==
        "job.yml:1:1: an environment needs either \"image\" or \"build\".");
  CHECK(error_of("$schema: https://x/environment.schema.json\nchannels: [a]\ndependencies: []\n") ==
        "job.yml:1:1: this is a conda file, not an environment. Write `image:` and `conda_file: <this file>` into a "
        "file of "
        "its own.");
}

TEST_CASE("names that Azure ML would refuse are refused before anything is sent") {
  CHECK(error_of("name: my data\ntype: uri_file\npath: https://x/y.csv\n") ==
        "job.yml:1:7: \"my data\" can't be a name or version in Azure ML. Letters, digits, '-', '_' and '.' may stand "
        "in it, "
        "at most 255.");
}

TEST_CASE("settings that the stable API lacks are warned of") {
  test::RecordingResolver resolver;
  const aml::YamlFile file = aml::parse_yaml(k_command + "parent_job_name: p\nresources: {instance_count: 1}\n",
                                             "job.yml", resolver.variables);
  const auto compiled = aml::compile(aml::Kind::command_job, file, resolver);
  CHECK(resolver.warnings ==
        std::vector<std::string>{"this setting is not part of the stable REST API of Azure ML and is left out."});
  CHECK_FALSE(compiled.body.at("properties").as_object().contains("parentJobName"));
}
