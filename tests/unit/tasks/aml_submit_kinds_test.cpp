// Datastores, schedules and assets of registries, through the whole task.

#include <mlops/aml/json_access.hpp>
#include <mlops/tasks/aml-submit/run.hpp>
#include <mlops/tasks/aml-submit/spec.hpp>

#include "../aml/job_service.hpp"

namespace json = boost::json;
using namespace mlops;
using namespace mlops::tasks;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string k_store =
    "name: store\ntype: azure_blob\naccount_name: a\ncontainer_name: c\ncredentials: {account_key: $(store.key)}\n";
const std::string k_workspace = aml::workspace_path("sub", "rg", "ws");
const std::string k_registry =
    "/subscriptions/s2/resourceGroups/g2/providers/Microsoft.MachineLearningServices/registries/shared";

/// Files of a task, an empty workspace and a registry that both keep what is put there.
struct Task {
  Task() : service({{"AGENT_TEMPDIRECTORY", folder.path().string()}, {"SECRET_STORE_KEY", "a \"key\" of nobody"}}) {
    auto& transport = service.world.transport;
    transport.on("GET", "api-version", [this](const http::Request& request) -> http::Response {
      const auto found = resources.find(http::parse_url(request.url).path);
      if (found != resources.end()) return {200, {}, json::serialize(found->second)};
      return {404, {}, "{}"};
    });
    transport.on("GET", "/workspaces/ws?", 200,
                 R"({"name":"ws","location":"local","properties":{"discoveryUrl":"https://discovery.example/"}})");
    transport.on("GET", "/registrymanagement/v1.0/registries/shared/discovery", 200,
                 R"({"subscriptionId":"s2","resourceGroup":"g2"})");
    transport.on("GET", "/registrymanagement/v1.0/registries/none/discovery", 404, "{}");
    transport.on("PUT", "management.azure.com", [this](const http::Request& request) -> http::Response {
      const std::string path = http::parse_url(request.url).path;
      json::object resource = json::parse(test::body_of(request)).as_object();
      resource["id"] = path;
      resources[path] = resource;
      return {201, {}, json::serialize(resource)};
    });
    transport.on("POST", "/startPendingUpload?", 200,
                 R"({"blobReferenceForConsumption":{"blobUri":"https://acct.blob.core.windows.net/temp",)"
                 R"("credential":{"sasUri":"https://acct.blob.core.windows.net/temp?sv=1&sig=hush"}}})");
    transport.on("PUT", "https://acct.", 201, "");
  }

  std::string file(const std::string& name, const std::string& content) const {
    return folder.write(name, content).string();
  }

  void run(std::map<std::string, std::string> values) {
    values.insert({{"azureSubscription", test::k_connection}, {"resourceGroup", "rg"}, {"workspace", "ws"}});
    service.world.environment.variables = test::connection_variables();
    aml_submit::run(service.world.services, {aml_submit::spec(), values});
  }

  /// What was put, the last segments of its address in the order of the requests.
  std::vector<std::string> put() const {
    std::vector<std::string> found;
    for (const auto& line : service.lines_with("PUT https://management")) {
      const auto at = line.find("/Microsoft.MachineLearningServices/") + 35;
      found.push_back(line.substr(at, line.find('?') - at));
    }
    return found;
  }

  const std::string& text() const { return service.world.output.text; }

  test::TemporaryFolder folder;
  test::JobService service;
  std::map<std::string, json::value> resources;
};

}  // namespace

TEST_CASE("datastores come first and schedules last, whatever the order of the files") {
  Task task;
  const std::string schedule =
      task.file("schedule.yml", "name: nightly\ntrigger: {type: cron, expression: 0 3 * * *}\ncreate_job: job.yml\n");
  task.file("job.yml",
            "type: command\ncommand: echo ${{inputs.d}}\nenvironment: azureml:e:1\n"
            "inputs: {d: {path: 'azureml:rows:1', type: uri_file}}\n");
  const std::string data = task.file("data.yml", "name: rows\nversion: 1\ntype: uri_file\npath: https://x/rows.csv\n");
  const std::string environment = task.file("environment.yml", "name: e\nversion: 1\nimage: i\n");
  task.run({{"jobFile", schedule + "\n" + data + "\n" + environment + "\n" + task.file("store.yml", k_store)}});
  CHECK(task.put() ==
        std::vector<std::string>{"workspaces/ws/datastores/store", "workspaces/ws/environments/e/versions/1",
                                 "workspaces/ws/data/rows/versions/1", "workspaces/ws/schedules/nightly"});
  CHECK(task.service.lines_with("/datastores/store?skipValidation=true&api-version=").size() == 1);
  CHECK_THAT(task.text(),
             ContainsSubstring("variable=datastoreId;isoutput=true;]" + k_workspace + "/datastores/store\n"));
  CHECK_THAT(task.text(), ContainsSubstring("variable=scheduleId;isoutput=true;]"));
  CHECK(json::serialize(task.resources.at(k_workspace + "/datastores/store")).find("nobody") != std::string::npos);
}

TEST_CASE("a dry run shows a datastore without its secret") {
  Task task;
  task.service.world.services.dry_run = true;
  task.run({{"jobFile", task.file("store.yml", k_store)}});
  CHECK(task.put().empty());
  CHECK_THAT(task.text(), ContainsSubstring("\"key\": \"***\""));
  std::string shown = task.text();
  shown.erase(0, shown.find("would PUT"));
  CHECK(shown.find("nobody") == std::string::npos);
}

TEST_CASE("a second run of a datastore or schedule is an update") {
  Task task;
  const std::string file =
      task.file("schedule.yml", "name: nightly\ntrigger: {type: cron, expression: x}\ncreate_job: azureml:job\n");
  task.run({{"jobFile", file}});
  task.run({{"jobFile", file}});
  CHECK(task.put().size() == 2);
  CHECK_THAT(task.text(), ContainsSubstring("Updating the schedule nightly."));
}

TEST_CASE("a registry takes an asset's content where it says, once") {
  Task task;
  task.file("rows.csv", "a,b\n");
  const std::string file = task.file("data.yml", "name: rows\nversion: 3\ntype: uri_file\npath: rows.csv\n");
  task.run({{"jobFile", file}, {"registry", "shared"}});
  CHECK(task.put() == std::vector<std::string>{"registries/shared/data/rows/versions/3"});
  CHECK(task.service.lines_with("PUT https://acct.blob.core.windows.net/temp/rows.csv").size() == 2);
  CHECK(aml::text_at(task.resources.at(k_registry + "/data/rows/versions/3"), "properties.dataUri") ==
        "https://acct.blob.core.windows.net/temp/rows.csv");
  CHECK_THAT(task.text(), ContainsSubstring("]azureml://registries/shared/data/rows/versions/3\n"));
  task.run({{"jobFile", file}, {"registry", "shared"}});
  CHECK(task.put().size() == 1);
  CHECK_THAT(task.text(), ContainsSubstring("rows:3 is in the registry already"));
}

TEST_CASE("assets of a registry name each other there") {
  Task task;
  const std::string environment = task.file("environment.yml", "name: e\nversion: 1\nimage: i\n");
  const std::string component = task.file("component.yml",
                                          "$schema: commandComponent.schema.json\nname: c\nversion: 1\ntype: command\n"
                                          "command: echo\nenvironment: azureml:e:1\n");
  task.run({{"jobFile", component + "\n" + environment}, {"registry", k_registry}});
  CHECK(task.put() == std::vector<std::string>{"registries/shared/environments/e/versions/1",
                                               "registries/shared/components/c/versions/1"});
  CHECK(aml::text_at(task.resources.at(k_registry + "/components/c/versions/1"),
                     "properties.componentSpec.environment") ==
        "azureml://registries/shared/environments/e/versions/1");
}

TEST_CASE("what no registry can hold is refused before anything is made") {
  Task task;
  const auto fails = [&](const std::string& yaml, const std::string& registry = "shared") {
    return test::error_of([&] {
             task.run({{"jobFile", task.file("file.yml", yaml)}, {"registry", registry}});
           })
        .message();
  };
  CHECK(fails(k_store) == "a datastore can't be created in a registry.");
  CHECK(fails("name: rows\ntype: uri_file\npath: https://x\n") ==
        "a data asset in a registry needs the key \"version\".");
  CHECK(fails("name: rows\nversion: 1\ntype: uri_file\npath: file.yml\ndatastore: azureml:mine\n") ==
        "a registry has no datastores, so \"azureml:mine\" can't be used here.");
  CHECK(fails("name: e\nversion: 1\nimage: i\n", "none") == "there is no registry \"none\".");
  CHECK(task.put().empty());
}
