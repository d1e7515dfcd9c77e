// The REST forms are those that azure-ai-ml 1.35.2 makes of the same YAML, in the spelling of the service's schema.

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

#include "recording_resolver.hpp"

namespace json = boost::json;
using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

json::value body_of(const std::string& yaml, test::RecordingResolver& resolver,
                    const std::filesystem::path& file = "compute.yml") {
  const aml::YamlFile parsed = aml::parse_yaml("name: c\n" + yaml, file, resolver.variables, {});
  CHECK(aml::kind_of(parsed) == aml::Kind::compute);
  return aml::compile(aml::kind_of(parsed), parsed, resolver).body;
}

json::value body_of(const std::string& yaml) {
  test::RecordingResolver resolver;
  return body_of(yaml, resolver);
}

std::string text_of(const json::value& value, const char* path) {
  return json::serialize(*aml::find_at(value, path));
}

}  // namespace

TEST_CASE("an instance starts and stops by schedules") {
  const json::value body = body_of(R"(type: computeinstance
schedules:
  compute_start_stop:
    - {action: stop, trigger: {type: cron, expression: 0 18 * * *, start_time: "2024-01-02T03:04:05", time_zone: Z}}
    - {action: start, state: disabled, trigger: {type: recurrence, frequency: week, interval: 1, schedule: {hours: [9], minutes: [30], week_days: [monday]}}}
)");
  CHECK(text_of(body, "properties.properties.schedules") ==
        R"({"computeStartStop":[{"action":"Stop","status":"Enabled","triggerType":"Cron",)"
        R"("cron":{"expression":"0 18 * * *","startTime":"2024-01-02T03:04:05","timeZone":"Z"}},)"
        R"({"action":"Start","status":"Disabled","triggerType":"Recurrence","recurrence":{"frequency":"Week",)"
        R"("interval":1,"schedule":{"hours":[9],"minutes":[30],"weekDays":["Monday"]},"timeZone":"UTC"}}]})");
  CHECK(aml::text_at(body, "properties.properties.vmSize") == "STANDARD_DS3_V2");
}

TEST_CASE("an instance is set up by scripts and serves applications") {
  const json::value body = body_of(R"(type: computeinstance
setup_scripts: {creation_script: {path: Users/a/setup.sh, timeout_minutes: 20}, startup_script: {command: ls}}
custom_applications:
  - name: r
    image: {reference: i}
    endpoints: [{target: 1, published: 2}]
    environment_variables: {A: 1}
    bind_mounts: [{source: s, target: t}]
)");
  CHECK(
      text_of(body, "properties.properties.setupScripts") ==
      R"({"scripts":{"creationScript":{"scriptData":"Users/a/setup.sh","timeout":"20m",)"
      R"("scriptSource":"workspaceStorage"},"startupScript":{"scriptArguments":"ls","scriptSource":"workspaceStorage"}}})");
  CHECK(text_of(body, "properties.properties.customServices") ==
        R"([{"name":"r","image":{"reference":"i","type":"docker"},)"
        R"("endpoints":[{"target":1,"published":2,"name":"connect","protocol":"http"}],)"
        R"("environmentVariables":{"A":{"type":"local","value":"1"}},)"
        R"("volumes":[{"source":"s","target":"t","type":"bind","readOnly":false}],"type":"docker",)"
        R"("docker":{"privileged":true}}])");
}

TEST_CASE("a virtual machine is attached with what opens it, which is kept secret") {
  const test::TemporaryFolder folder;
  folder.write("id_rsa", "a private key\n");
  test::RecordingResolver resolver;
  const json::value body = body_of(
      "type: virtualmachine\nresource_id: /id\n"
      "ssh_settings: {admin_username: me, admin_password: word, ssh_private_key_file: ./id_rsa}\n",
      resolver, folder.path() / "vm.yml");
  CHECK(json::serialize(body) ==
        R"({"properties":{"resourceId":"/id","properties":{"administratorAccount":{"username":"me","password":"word",)"
        R"("privateKeyData":"a private key\n"},"sshPort":22},"computeType":"VirtualMachine"},"location":"local"})");
  CHECK(resolver.secrets == std::vector<std::string>{"word", "a private key\n"});
  CHECK_THROWS_WITH(body_of("type: virtualmachine\nresource_id: /id\nssh_settings: {ssh_private_key_file: none}\n"),
                    ContainsSubstring("there is no key file"));
}

TEST_CASE("what is attached has an id and the workspace's region") {
  CHECK(json::serialize(body_of("type: synapsespark\nresource_id: /id\nidentity: {type: system_assigned}\n")) ==
        R"({"identity":{"type":"SystemAssigned"},"properties":{"resourceId":"/id","computeType":"SynapseSpark"},)"
        R"("location":"local"})");
  test::RecordingResolver resolver;
  const json::value body = body_of("type: kubernetes\nresource_id: /id\nlocation: elsewhere\n", resolver);
  CHECK(aml::text_at(body, "location") == "local");
  CHECK(aml::text_at(body, "properties.computeLocation") == "local");
  CHECK(aml::text_at(body, "properties.properties.namespace") == "default");
  CHECK(resolver.warnings.size() == 1);
  for (const char* type : {"kubernetes", "synapsespark", "virtualmachine"}) {
    CHECK_THROWS_WITH(body_of(std::string("type: ") + type + "\nssh_settings: {}\n"),
                      ContainsSubstring("the key \"resource_id\" is missing"));
  }
}
