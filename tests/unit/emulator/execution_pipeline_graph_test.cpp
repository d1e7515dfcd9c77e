#include <mlops/core/error.hpp>
#include <mlops/emulator/execution/pipeline_graph.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;
using namespace mlops::emulator;

namespace {

json::object node(json::object inputs) {
  return {{"type", "command"}, {"componentId", "c"}, {"inputs", std::move(inputs)}};
}

json::object literal(const std::string& value) {
  return {{"value", value}, {"job_input_type", "literal"}};
}

PipelineSpec pipeline(json::object jobs) {
  return parse_pipeline({{"jobs", std::move(jobs)}});
}

std::vector<std::string> names(const PipelineSpec& spec) {
  std::vector<std::string> result;
  for (const auto& step : spec.steps) result.push_back(step.name);
  return result;
}

}  // namespace

TEST_CASE("steps stand after those whose outputs they use") {
  const auto spec = pipeline({{"evaluate", node({{"model", literal("${{parent.jobs.train.outputs.model}}")}})},
                              {"train", node({{"data", literal("${{parent.jobs.prepare.outputs.data}}")}})},
                              {"prepare", node({{"raw", literal("${{parent.inputs.raw}}")}})}});
  CHECK(names(spec) == std::vector<std::string>{"prepare", "train", "evaluate"});
  CHECK(spec.steps[2].after == std::set<std::string>{"train"});
}

TEST_CASE("steps that wait for each other are an error") {
  CHECK_THROWS_WITH(pipeline({{"a", node({{"x", literal("${{parent.jobs.b.outputs.o}}")}})},
                              {"b", node({{"x", literal("${{parent.jobs.a.outputs.o}}")}})},
                              {"c", node({})}}),
                    "The steps a, b wait for each other.");
}

TEST_CASE("a step that uses one there is not is an error") {
  CHECK_THROWS_WITH(pipeline({{"a", node({{"x", literal("${{parent.jobs.nope.outputs.o}}")}})}}),
                    "Input 'x' of step 'a' uses the step 'nope', which the pipeline doesn't have.");
}

TEST_CASE("a step of a type that isn't run is an error") {
  CHECK_THROWS_WITH(pipeline({{"a", {{"type", "sweep"}}}}),
                    "Step 'a' is of type 'sweep'; aml-emulator runs steps of the types command and pipeline.");
  CHECK_THROWS_WITH(parse_pipeline({{"jobs", json::object()}}), "The pipeline has no steps.");
}

TEST_CASE("bindings take over literals, data and outputs of steps") {
  const auto spec = pipeline({{"s", node({{"epochs", literal("${{parent.inputs.epochs}}")},
                                          {"raw", {{"uri", "${{parent.inputs.raw}}"}, {"job_input_type", "uri_file"}}},
                                          {"text", literal("run-${{parent.inputs.epochs}}-x")},
                                          {"own", {{"uri", "azureml:d:1"}, {"job_input_type", "uri_folder"}}},
                                          {"none", literal("${{parent.inputs.none}}")}})}});
  const JobInputs above{{"epochs", {"literal", "3"}}, {"raw", {"uri_file", "azureml:raw:1"}}};
  const auto inputs = bind_inputs(spec.steps[0], above, {});
  CHECK(inputs.at("epochs").value == "3");
  CHECK(inputs.at("raw").type == "uri_file");
  CHECK(inputs.at("raw").value == "azureml:raw:1");
  CHECK(inputs.at("text").value == "run-3-x");
  CHECK(inputs.at("own").value == "azureml:d:1");
  CHECK(inputs.count("none") == 0);
}

TEST_CASE("a binding to an output that its step lacks is an error") {
  const auto spec = pipeline({{"a", node({})}, {"b", node({{"x", literal("${{parent.jobs.a.outputs.o}}")}})}});
  const JobInput made{"uri_folder", "azureml://datastores/d/paths/o"};
  CHECK(bind_inputs(spec.steps[1], {}, {{"a.o", made}}).at("x").value == made.value);
  CHECK_THROWS_WITH(bind_inputs(spec.steps[1], {}, {{"a.other", made}}),
                    "Input 'x' of step 'b' uses the output 'o' of step 'a', which has no such output.");
}

TEST_CASE("a node's output may be the pipeline's") {
  const auto spec = pipeline({{"a",
                               {{"outputs",
                                 {{"model", {{"value", "${{parent.outputs.final}}"}, {"type", "literal"}}},
                                  {"short", "${{parent.outputs.other}}"},
                                  {"own", {{"job_output_type", "uri_folder"}}}}}}}});
  CHECK(bound_pipeline_output(spec.steps[0], "model") == "final");
  CHECK(bound_pipeline_output(spec.steps[0], "short") == "other");
  CHECK(bound_pipeline_output(spec.steps[0], "own").empty());
  CHECK(bound_pipeline_output(spec.steps[0], "missing").empty());
}

TEST_CASE("a component's defaults fill in what a step leaves out") {
  const json::object component{{"lr", {{"type", "number"}, {"default", 0.5}}},
                               {"flag", {{"type", "boolean"}, {"default", true}}},
                               {"extra", {{"type", "string"}, {"optional", true}}},
                               {"data", {{"type", "uri_file"}}}};
  const auto inputs = complete_inputs("s", &component, {{"data", {"uri_folder", "azureml:d:1"}}});
  CHECK(inputs.at("lr").value == "0.5");
  CHECK(inputs.at("flag").value == "True");
  CHECK(inputs.count("extra") == 0);
  CHECK(inputs.at("data").type == "uri_file");
  CHECK_THROWS_WITH(complete_inputs("s", &component, {}), "Step 's' gives no value to the required input 'data'.");
}
