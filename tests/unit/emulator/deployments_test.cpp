// Deployments over the emulator's routes: what a template makes, what-if, order, failures.

#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/routes.hpp>
#include <mlops/emulator/lro/operations.hpp>
#include <mlops/emulator/resources/computes.hpp>
#include <mlops/emulator/resources/groups.hpp>
#include <mlops/emulator/resources/provider_resources.hpp>
#include <mlops/emulator/resources/workspaces.hpp>
#include <mlops_test/catch.hpp>

#include "execution_world.hpp"

using namespace mlops;
namespace json = boost::json;
using Catch::Matchers::ContainsSubstring;

namespace {

struct World : test::ExecutionWorld {
  World() {
    emulator::add_workspace_routes(router, context);
    emulator::add_group_routes(router, context);
    emulator::add_provider_routes(router, context);
    emulator::add_compute_routes(router, context, operations);
    operations.add_routes(router);
    deployments.add_routes();
    group = workspace.id.substr(0, workspace.id.find("/providers/"));
  }

  std::string path(const std::string& name) const {
    return group + "/providers/Microsoft.Resources/deployments/" + name;
  }

  static std::string body(const std::string& resources, const std::string& parameters, const std::string& more) {
    return R"({"properties": {"mode": "Incremental", "template": {
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  )" + more +
           R"(
  "resources": [)" +
           resources + "]}, \"parameters\": " + parameters + "}}";
  }

  /// Sends a template with these resources; `more` are its other members, each with a comma behind it.
  emulator::Response send(const std::string& method, const std::string& action, const std::string& resources,
                          const std::string& more = "", const std::string& parameters = "{}") {
    return call(router, method, path("main") + action, body(resources, parameters, more));
  }

  /// Deploys and waits; the deployment's properties.
  json::object deploy(const std::string& resources, const std::string& more = "",
                      const std::string& parameters = "{}") {
    send("PUT", "", resources, more, parameters);
    json::object properties;
    REQUIRE(test::wait_until([&] {
      properties = json::parse(call(router, "GET", path("main")).body).at("properties").as_object();
      return properties.at("provisioningState") != "Running";
    }));
    return properties;
  }

  /// "Create Microsoft.A/b/x" of each change.
  std::vector<std::string> changes(const std::string& resources, const std::string& more = "") {
    return lines_of(what_if(resources, more));
  }

  json::array what_if(const std::string& resources, const std::string& more = "") {
    const auto started = send("POST", "/whatIf", resources, more);
    const std::string address = started.headers.find("Location")->substr(context.base_url.size());
    emulator::Response result;
    REQUIRE(test::wait_until([&] { return (result = call(router, "GET", address)).status == 200; }));
    return json::parse(result.body).at("properties").at("changes").as_array();
  }

  std::vector<std::string> lines_of(const json::array& changes) const {
    std::vector<std::string> lines;
    for (const auto& change : changes) {
      const std::string id(change.at("resourceId").as_string());
      lines.push_back(std::string(change.at("changeType").as_string()) + " " + id.substr(group.size() + 11));
    }
    return lines;
  }

  std::string error_of(const std::function<void()>& what) {
    try {
      what();
    } catch (const emulator::ServiceError& error) {
      return error.code() + ": " + error.message();
    }
    return "(no error)";
  }

  json::object get(const std::string& below) {
    return json::parse(call(router, "GET", group + below).body).as_object();
  }

  emulator::Operations operations{context};
  emulator::Router router;
  emulator::deployments::Deployments deployments{router, context};
  std::string group;
};

const std::string k_vault = R"(
    {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": "kv", "location": "West Europe",
     "properties": {"sku": {"name": "standard"}, "list": [1, 2]}})";

}  // namespace

TEST_CASE("a deployment puts its resources, and its outputs refer to them") {
  World world;
  const auto properties =
      world.deploy(k_vault, R"("outputs": {"uri": {"type": "string", "value": "[reference('kv').vaultUri]"}},)");
  CHECK(properties.at("provisioningState") == "Succeeded");
  CHECK(properties.at("outputs").at("uri").at("value") == "https://kv.vault.localhost/");
  const auto vault = world.get("/providers/Microsoft.KeyVault/vaults/kv");
  CHECK(vault.at("location") == "westeurope");
  CHECK(vault.at("properties").at("sku").at("name") == "standard");
  CHECK(world.get("/deployments/main/operations").at("value").as_array().size() == 1);
}

TEST_CASE("a what-if tells what a deployment would change") {
  World world;
  CHECK(world.changes(k_vault) ==
        std::vector<std::string>{"Create Microsoft.KeyVault/vaults/kv",
                                 "Ignore Microsoft.MachineLearningServices/workspaces/" + world.workspace.name});
  world.deploy(k_vault);
  CHECK(world.changes(k_vault).front() == "NoChange Microsoft.KeyVault/vaults/kv");
  CHECK(world.changes("").front() == "Ignore Microsoft.KeyVault/vaults/kv");

  const auto changed =
      world.what_if(core::replace_all(core::replace_all(k_vault, "standard", "premium"), "[1, 2]", "[1, 3]"));
  CHECK(changed[0].at("changeType") == "Modify");
  const auto& delta = changed[0].at("delta").as_array();
  REQUIRE(delta.size() == 2);
  CHECK(delta[0] == json::value{{"path", "properties.sku.name"},
                                {"propertyChangeType", "Modify"},
                                {"before", "standard"},
                                {"after", "premium"},
                                {"children", nullptr}});
  CHECK(delta[1].at("propertyChangeType") == "Array");
  CHECK(delta[1].at("children").as_array()[0].at("path") == "1");
  const auto removed = world.what_if(core::replace_all(k_vault, ", \"list\": [1, 2]", ""));
  CHECK(removed[0].at("delta").as_array()[0].at("propertyChangeType") == "Delete");
}

TEST_CASE("resources come in the order of their dependencies, those that refer to each other included") {
  World world;
  const std::string identity =
      R"({"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2024-11-30",
      "name": "[concat('id', copyIndex())]", "copy": {"name": "identities", "count": 2}})";
  const std::string role = R"({"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01",
      "name": "[guid('role', string(copyIndex()))]", "scope": "Microsoft.KeyVault/vaults/kv",
      "copy": {"name": "roles", "count": 2}, "dependsOn": ["kv"],
      "properties": {"roleDefinitionId": "r", "principalId": "[reference(concat('id', copyIndex())).principalId]"}})";
  const auto properties = world.deploy(role + "," + k_vault + "," + identity);
  INFO(json::serialize(properties));
  CHECK(properties.at("provisioningState") == "Succeeded");
  std::vector<std::string> order;
  const auto operations = world.get("/deployments/main/operations");
  for (const auto& operation : operations.at("value").as_array()) {
    order.emplace_back(operation.at("properties").at("targetResource").at("resourceType").as_string());
  }
  CHECK(order ==
        std::vector<std::string>{"Microsoft.KeyVault/vaults", "Microsoft.ManagedIdentity/userAssignedIdentities",
                                 "Microsoft.ManagedIdentity/userAssignedIdentities",
                                 "Microsoft.Authorization/roleAssignments", "Microsoft.Authorization/roleAssignments"});
}

TEST_CASE("a workspace and a compute that are deployed are those of the other routes") {
  World world;
  const auto properties = world.deploy(R"(
    {"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2025-12-01", "name": "made",
     "location": "westeurope", "tags": {"team": "ml"}, "properties": {"friendlyName": "Made"}},
    {"type": "Microsoft.MachineLearningServices/workspaces/computes", "apiVersion": "2025-12-01", "name": "made/cpu",
     "dependsOn": ["[resourceId('Microsoft.MachineLearningServices/workspaces', 'made')]"],
     "properties": {"computeType": "AmlCompute", "properties": {"vmSize": "Standard_DS3_v2"}}})");
  INFO(json::serialize(properties));
  CHECK(properties.at("provisioningState") == "Succeeded");
  const auto made = world.get("/providers/Microsoft.MachineLearningServices/workspaces/made");
  CHECK(made.at("tags").at("team") == "ml");
  CHECK(made.at("properties").at("friendlyName") == "Made");
  CHECK(world.get("/providers/Microsoft.MachineLearningServices/workspaces/made/computes/cpu")
            .at("properties")
            .at("provisioningState") == "Succeeded");
}

TEST_CASE("a nested template sees its own parameters, or with the outer scope those around it") {
  World world;
  const auto nested = [](const std::string& scope, const std::string& name) {
    return R"({"type": "Microsoft.Resources/deployments", "apiVersion": "2025-04-01", "name": "inside",
      "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": ")" +
           scope + R"("}, "parameters": {"vault": {"value": "[parameters('prefix')]"}}, "template": {
        "$schema": "x", "contentVersion": "1.0.0.0", "parameters": {"vault": {"type": "string"}},
        "resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": ")" +
           name + R"("}], "outputs": {"made": {"type": "string", "value": ")" + name + R"("}}}}})";
  };
  const std::string parameters = R"("parameters": {"prefix": {"type": "string", "defaultValue": "deep"}},
    "outputs": {"made": {"type": "string", "value": "[reference('inside').outputs.made.value]"}},)";
  const auto inner = world.deploy(nested("inner", "[parameters('vault')]"), parameters);
  INFO(json::serialize(inner));
  CHECK(inner.at("outputs").at("made").at("value") == "deep");
  const auto outer = world.deploy(nested("outer", "[concat(parameters('prefix'), '2')]"), parameters);
  CHECK(outer.at("outputs").at("made").at("value") == "deep2");
  CHECK(world.changes(nested("inner", "[parameters('vault')]"), parameters).front() ==
        "NoChange Microsoft.KeyVault/vaults/deep");
}

TEST_CASE("what a condition leaves out is not made, and nobody waits for it") {
  World world;
  const auto properties = world.deploy(
      R"({"condition": false, "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "net"},
         {"dependsOn": ["net"],)" +
      k_vault.substr(k_vault.find('{') + 1));
  CHECK(properties.at("provisioningState") == "Succeeded");
  CHECK(world.error_of([&] { world.get("/providers/Microsoft.Network/virtualNetworks/net"); }) ==
        "ResourceNotFound: The Resource 'Microsoft.Network/virtualNetworks/net' under resource group 'rg' was not "
        "found.");
}

TEST_CASE("a resource that fails ends the deployment with the reason, the others are made") {
  World world;
  const auto properties = world.deploy(
      R"({"type": "Microsoft.Storage/storageAccounts/blobServices/containers", "apiVersion": "2026-04-01",
          "name": "none/default/data"},)" +
      k_vault);
  CHECK(properties.at("provisioningState") == "Failed");
  CHECK(properties.at("error").at("code") == "DeploymentFailed");
  CHECK_THAT(std::string(properties.at("error").at("message").as_string()),
             ContainsSubstring("ParentResourceNotFound") && ContainsSubstring("storageAccounts/none"));
  CHECK(world.get("/providers/Microsoft.KeyVault/vaults/kv").at("name") == "kv");
}

TEST_CASE("a role that is assigned already is refused as in Azure") {
  World world;
  const auto role = [](const std::string& name) {
    return R"({"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": ")" + name +
           R"(", "properties": {"roleDefinitionId": "r", "principalId": "p"}})";
  };
  CHECK(world.deploy(role("one")).at("provisioningState") == "Succeeded");
  CHECK(world.deploy(role("one")).at("provisioningState") == "Succeeded");
  CHECK_THAT(std::string(world.deploy(role("two")).at("error").at("message").as_string()),
             ContainsSubstring("RoleAssignmentExists"));
}

TEST_CASE("a template is refused with the line where it is wrong") {
  World world;
  const auto refused = [&](const std::string& resources, const std::string& more = "",
                           const std::string& given = "{}") {
    return world.error_of([&] { world.send("POST", "/validate", resources, more, given); });
  };
  const std::string parameter = R"("parameters": {
    "sku": {"type": "string", "allowedValues": ["Standard", "Premium"]},
    "days": {"type": "int", "defaultValue": 30, "minValue": 30}},)";
  CHECK_THAT(refused(core::replace_all(k_vault, "\"kv\"", "\"[shout('kv')]\"")),
             ContainsSubstring("InvalidTemplate: ") &&
                 ContainsSubstring("The template resource '[shout('kv')]' at line '6'") &&
                 ContainsSubstring("The template function 'shout' is not valid."));
  CHECK_THAT(refused(k_vault, parameter), ContainsSubstring("The value for the template parameter 'sku' at line '5'") &&
                                              ContainsSubstring("is not provided"));
  CHECK_THAT(
      refused(k_vault, parameter, R"({"sku": {"value": "Gold"}})"),
      ContainsSubstring("The provided value 'Gold'") && ContainsSubstring("allowed value(s): 'Standard,Premium'"));
  CHECK_THAT(refused(k_vault, parameter, R"({"sku": {"value": "Premium"}, "days": {"value": 7}})"),
             ContainsSubstring("Its value must be at least '30'"));
  CHECK_THAT(refused(k_vault, parameter, R"({"sku": {"value": 1}})"),
             ContainsSubstring("Expected a value of type 'String', but it is of type 'Integer'"));
  CHECK_THAT(refused(k_vault, parameter, R"({"skuu": {"value": "Premium"}})"),
             ContainsSubstring("The template parameters 'skuu'") && ContainsSubstring("'sku, days'"));
  CHECK_THAT(refused(core::replace_all(k_vault, "\"kv\",", "\"kv\", \"dependsOn\": [\"net\"],")),
             ContainsSubstring("The resource 'net' is not defined in the template"));
  CHECK_THAT(refused(core::replace_all(k_vault, "\"kv\",", "\"kv/child\",")),
             ContainsSubstring("incorrect segment lengths"));
  CHECK_THAT(refused(core::replace_all(k_vault, "standard", "[variables('none')]")),
             ContainsSubstring("Unable to process template language expressions for resource") &&
                 ContainsSubstring("The template variable 'none' is not found."));
  CHECK_THAT(refused(R"({"type": "Microsoft.A/b", "apiVersion": "1", "name": "x", "dependsOn": ["y"]},
                        {"type": "Microsoft.A/b", "apiVersion": "1", "name": "y", "dependsOn": ["x"]})"),
             ContainsSubstring("Circular dependency detected on resource"));
  CHECK_THAT(world.error_of(
                 [&] { world.call(world.router, "PUT", core::replace_all(world.path("m"), "/rg/", "/none/"), "{}"); }),
             ContainsSubstring("ResourceGroupNotFound"));
}

TEST_CASE("secure values are told by nobody") {
  World world;
  const auto properties = world.deploy(k_vault,
                                       R"("parameters": {"key": {"type": "secureString"}},
      "outputs": {"key": {"type": "secureString", "value": "[parameters('key')]"}},)",
                                       R"({"key": {"value": "hush"}})");
  CHECK(properties.at("provisioningState") == "Succeeded");
  CHECK(json::serialize(properties).find("hush") == std::string::npos);
}
