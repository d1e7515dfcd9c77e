// arm-deploy from its inputs to what Resource Manager is asked, and to what people read.

#include <mlops/agent/program.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/arm-deploy/changes.hpp>
#include <mlops/tasks/arm-deploy/run.hpp>
#include <mlops/tasks/arm-deploy/spec.hpp>
#include <mlops_test/azure_fixture.hpp>

using namespace mlops;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

using Values = std::map<std::string, std::string>;

const std::string k_group = "https://management.azure.com/subscriptions/sub/resourceGroups/rg";
const std::string k_deployment = k_group + "/providers/Microsoft.Resources/deployments/main-42";

const std::string k_changes = R"({"status": "Succeeded", "properties": {"changes": [
  {"resourceId": "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv", "changeType": "NoChange"},
  {"resourceId": "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st",
   "changeType": "Modify", "delta": [
     {"path": "sku.name", "propertyChangeType": "Modify", "before": "Standard_LRS", "after": "Standard_ZRS"},
     {"path": "properties.subnets", "propertyChangeType": "Array", "children": [
       {"path": "0", "propertyChangeType": "Modify", "children": [
         {"path": "name", "propertyChangeType": "Create", "after": "a|b"}]}]},
     {"path": "properties.old", "propertyChangeType": "Delete", "before": true},
     {"path": "properties.noise", "propertyChangeType": "NoEffect", "after": 1}]},
  {"resourceId": "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Insights/components/ai", "changeType": "Create"},
  {"resourceId": "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Old/things/x", "changeType": "Ignore"}]}})";

struct ArmTask {
  ArmTask() : world({{"BUILD_BUILDID", "42"}, {"AGENT_TEMPDIRECTORY", folder.path().string()}}) {
    folder.write("main.json",
                 "{\n  \"parameters\": {\"sku\": {\"type\": \"string\"}, \"nodes\": {\"type\": \"int\"}},\n"
                 "  \"resources\": []\n}\n");
    world.transport.on("GET", "/deployments/main-42?", 404, "");
    folder.write("parameters.json", R"({"parameters": {"sku": {"value": "Premium"}}})");
  }

  std::string run(Values values) {
    values.emplace("azureSubscription", test::k_connection);
    values.emplace("resourceGroup", "rg");
    values["template"] = (folder.path() / "main.json").string();
    values["parametersFile"] = (folder.path() / "parameters.json").string();
    agent::TaskSpec spec = tasks::arm_deploy::spec();
    spec.inputs = agent::all_inputs(spec);
    const agent::Inputs inputs(spec, values);
    inputs.validate();
    world.services.dry_run = inputs.flag("dryRun");
    tasks::arm_deploy::run(world.services, inputs);
    return core::replace_all(world.output.text, folder.path().string() + "/", "");
  }

  core::Error failure(const Values& values) {
    return test::error_of([&] { run(values); });
  }

  test::TemporaryFolder folder;
  test::AzureWorld world;
};

}  // namespace

TEST_CASE("a deployment sends the template as it is written and publishes its outputs") {
  ArmTask task;
  task.world.transport.on("PUT", "/deployments/", 201, R"({"properties": {"provisioningState": "Succeeded",
    "outputs": {"workspaceId": {"type": "String", "value": "/id"}, "count": {"type": "Int", "value": 2},
                "key": {"type": "SecureString"}}}})");
  const std::string output = task.run({{"parameters", "nodes=3"}});
  CHECK(task.world.service_lines() == std::vector<std::string>{"GET " + k_deployment + "?api-version=2025-04-01",
                                                               "PUT " + k_deployment + "?api-version=2025-04-01"});
  CHECK(test::body_of(task.world.transport.requests.back()) ==
        "{\"properties\":{\"mode\":\"Incremental\",\"template\":" +
            std::string(core::trim(core::read_file(task.folder.path() / "main.json"))) +
            R"(,"parameters":{"sku":{"value":"Premium"},"nodes":{"value":3}}}})");
  CHECK_THAT(output, ContainsSubstring("##vso[task.setvariable variable=output_workspaceId;isoutput=true;]/id\n"));
  CHECK_THAT(output, ContainsSubstring("##vso[task.setvariable variable=output_count;isoutput=true;]2\n"));
  CHECK_THAT(output, !ContainsSubstring("output_key"));
}

TEST_CASE("a deployment that an earlier attempt began is waited for") {
  ArmTask task;
  int looks = 0;
  task.world.transport.on("GET", "/deployments/main-42?", [&](const http::Request&) {
    return http::Response{200,
                          {},
                          ++looks < 3 ? R"({"properties": {"provisioningState": "Running"}})"
                                      : R"({"properties": {"provisioningState": "Succeeded"}})"};
  });
  task.world.transport.on("PUT", "/deployments/", 200, R"({"properties": {"provisioningState": "Succeeded"}})");
  task.run({{"parameters", "nodes=3"}});
  CHECK(looks == 3);
  CHECK(task.world.sleeper.sleeps.size() == 2);
}

TEST_CASE("a what-if is told property by property, in the log and in the summary") {
  const auto changes = tasks::arm_deploy::read_changes(json::parse(k_changes));
  CHECK(changes.count() == 2);
  CHECK(tasks::arm_deploy::to_text(changes, "rg") ==
        "A deployment to rg has 1 to create, 1 to change, 1 unchanged, 1 not in the template.\n"
        "  + Microsoft.Insights/components/ai\n"
        "  ~ Microsoft.Storage/storageAccounts/st\n"
        "      ~ sku.name: \"Standard_LRS\" => \"Standard_ZRS\"\n"
        "      + properties.subnets[0].name: \"a|b\"\n"
        "      - properties.old: true\n"
        "  = Microsoft.KeyVault/vaults/kv\n"
        "  * Microsoft.Old/things/x\n");
  const std::string summary = tasks::arm_deploy::to_markdown(changes, "rg");
  CHECK_THAT(summary, ContainsSubstring("| **to create** | Microsoft.Insights/components/ai |  |\n"));
  CHECK_THAT(summary, !ContainsSubstring("a|b"));
}

TEST_CASE("a what-if follows the address that the service names") {
  ArmTask task;
  task.world.transport.on("POST", "/whatIf", 202, "",
                          {{"Location", "https://management.azure.com/results/1"}, {"Retry-After", "1"}});
  task.world.transport.on("GET", "/results/1", 200, k_changes);
  const std::string output = task.run({{"action", "whatIf"}, {"parameters", "nodes=3"}});
  CHECK_THAT(output, ContainsSubstring("##vso[task.setvariable variable=changes;isoutput=true;]2\n"));
  CHECK_THAT(output, ContainsSubstring("##vso[task.setvariable variable=hasChanges;isoutput=true;]true\n"));
  CHECK_THAT(output, ContainsSubstring("##vso[task.uploadsummary]"));
}

TEST_CASE("a missing resource group is made where the location says so") {
  ArmTask task;
  task.world.transport.on("GET", "/resourceGroups/rg?", 404, "");
  task.world.transport.on("PUT", "/resourceGroups/rg?", 201, R"({"properties": {"provisioningState": "Succeeded"}})");
  task.world.transport.on("POST", "/validate", 200, "{}");
  task.run({{"action", "validate"}, {"location", "westeurope"}, {"parameters", "nodes=3"}});
  CHECK(task.world.service_lines().at(1) == "PUT " + k_group + "?api-version=2021-04-01");
}

TEST_CASE("a mistake in the template is told at its line") {
  ArmTask task;
  task.world.transport.on(
      "POST", "/validate", 400,
      R"({"error": {"code": "InvalidTemplate", "message": "Deployment template validation failed: )"
      R"('The provided value 'Gold' for the template parameter 'sku' at line '2' and column '19' is )"
      R"(not valid.'."}})");
  const auto error = task.failure({{"action", "validate"}, {"parameters", "nodes=3"}});
  CHECK(core::to_string(error.place()) == (task.folder.path() / "main.json").string() + ":2:19");
}

TEST_CASE("wrong files and parameters are refused before anything is sent") {
  ArmTask task;
  CHECK_THAT(task.failure({{"parameters", "node=3"}}).what(),
             ContainsSubstring("names \"node\", which the template has not") &&
                 ContainsSubstring("Parameters of the template: sku, nodes."));
  CHECK_THAT(task.failure({{"parameters", "nodes=many"}}).what(),
             ContainsSubstring("gives nodes the value \"many\"") && ContainsSubstring("the type int"));
  CHECK_THAT(task.failure({{"deploymentName", "a b"}}).what(), ContainsSubstring("deploymentName"));
  task.folder.write("main.json", "{\n  \"resources\": [\n");
  CHECK_THAT(task.failure({}).what(), ContainsSubstring("main.json:"));
  task.folder.write("main.json", "{ // no\n}");
  CHECK_THAT(task.failure({}).what(), ContainsSubstring("main.json"));
  CHECK(task.world.service_lines().empty());
}

TEST_CASE("a stop cancels the deployment") {
  ArmTask task;
  task.world.transport.on("PUT", "/deployments/", 201, R"({"properties": {"provisioningState": "Running"}})",
                          {{"Azure-AsyncOperation", "https://management.azure.com/status/1"}});
  task.world.transport.on("GET", "/status/1", 200, R"({"status": "Running"})");
  task.world.transport.on("POST", "/cancel", 204, "");
  task.world.sleeper.on_sleep = [&] { task.world.cancellation.stop = true; };
  CHECK_THROWS_AS(task.run({{"parameters", "nodes=3"}}), core::Cancelled);
  CHECK(task.world.service_lines().back() == "POST " + k_deployment + "/cancel?api-version=2025-04-01");
}
