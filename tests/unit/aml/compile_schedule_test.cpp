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

const std::string k_cron = "name: nightly\ntrigger: {type: cron, expression: 0 3 * * *}\n";

aml::Compiled compiled(const std::string& yaml, test::RecordingResolver& resolver,
                       const std::filesystem::path& file = "schedule.yml") {
  const aml::YamlFile parsed = aml::parse_yaml(yaml, file, resolver.variables, {});
  CHECK(aml::kind_of(parsed) == aml::Kind::schedule);
  return aml::compile(aml::kind_of(parsed), parsed, resolver);
}

json::value properties_of(const std::string& yaml, const std::filesystem::path& file = "schedule.yml") {
  test::RecordingResolver resolver;
  return compiled(yaml, resolver, file).body.at("properties");
}

std::string trigger_of(const std::string& trigger) {
  return json::serialize(properties_of("name: s\ncreate_job: azureml:job\ntrigger: " + trigger + "\n").at("trigger"));
}

}  // namespace

TEST_CASE("a trigger is a cron expression or a recurrence, in UTC unless it says another zone") {
  CHECK(trigger_of("{type: cron, expression: 0 3 * * *}") ==
        R"({"expression":"0 3 * * *","triggerType":"Cron","timeZone":"UTC"})");
  CHECK(trigger_of("{type: cron, expression: x, start_time: '2024-01-02T03:04:05', end_time: '2025-01-02 03:04', "
                   "time_zone: Pacific Standard Time}") ==
        R"({"expression":"x","startTime":"2024-01-02 03:04:05","endTime":"2025-01-02 03:04:00",)"
        R"("timeZone":"Pacific Standard Time","triggerType":"Cron"})");
  CHECK(trigger_of("{type: recurrence, frequency: minute, interval: 5, start_time: 2024-01-02}") ==
        R"({"frequency":"Minute","interval":5,"startTime":"2024-01-02 00:00:00","triggerType":"Recurrence",)"
        R"("timeZone":"UTC","schedule":{"hours":[],"minutes":[]}})");
  CHECK(trigger_of("{type: recurrence, frequency: week, interval: 2, schedule: {hours: 4, minutes: [0, 30], week_days: "
                   "[monday, Friday], month_days: 3}}") ==
        R"({"frequency":"Week","interval":2,"schedule":{"hours":[4],"minutes":[0,30],"weekDays":["Monday","Friday"],)"
        R"("monthDays":[3]},"triggerType":"Recurrence","timeZone":"UTC"})");
}

TEST_CASE("mistakes in a trigger have their place") {
  CHECK_THROWS_WITH(
      trigger_of("{type: cron, expression: x, start_time: '2024-01-02T03:04:05+02:00'}"),
      "schedule.yml:3:50: \"2024-01-02T03:04:05+02:00\" is no time. Write 2024-12-31T23:59:00, and the zone "
      "as `time_zone`.");
  CHECK_THROWS_WITH(trigger_of("{type: recurrence, frequency: year, interval: 1}"),
                    ContainsSubstring("\"year\" is not possible here"));
  CHECK_THROWS_WITH(trigger_of("{type: recurrence, frequency: day}"), ContainsSubstring("needs the key \"interval\""));
  CHECK_THROWS_WITH(trigger_of("{type: cron, expression: x, interval: 1}"),
                    ContainsSubstring("unknown key \"interval\""));
}

TEST_CASE("a schedule has its own words and exactly one action") {
  const json::value properties =
      properties_of(k_cron +
                    "display_name: D\ndescription: d\ntags: {a: b}\nproperties: {c: 1}\nis_enabled: false\n"
                    "create_job: azureml:job\n");
  CHECK(aml::text_at(properties, "displayName") == "D");
  CHECK(aml::text_at(properties, "description") == "d");
  CHECK(json::serialize(properties.at("tags")) == R"({"a":"b"})");
  CHECK(json::serialize(properties.at("properties")) == R"({"c":"1"})");
  CHECK(properties.at("isEnabled") == false);
  CHECK_THROWS_WITH(properties_of("$schema: schedule.schema.json\n" + k_cron),
                    "schedule.yml:1:1: a schedule needs the key \"create_job\".");
  CHECK_THROWS_WITH(properties_of(k_cron + "create_job: azureml:j\nimport_data: {}\n"),
                    ContainsSubstring("a schedule has either \"create_job\" or \"import_data\"."));
}

TEST_CASE("a scheduled job is a registered one, with changes of its own") {
  const std::string id = test::k_workspace + "/jobs/earlier";
  CHECK(
      json::serialize(*aml::find_at(properties_of(k_cron + "create_job: azureml:earlier\n"), "action.jobDefinition")) ==
      R"({"jobType":"Pipeline","sourceJobId":")" + id + R"(","experimentName":""})");
  const json::value changed = *aml::find_at(
      properties_of(k_cron + "create_job: {type: pipeline, job: azureml:earlier, inputs: {words: other}}\n"),
      "action.jobDefinition");
  CHECK(aml::text_at(changed, "sourceJobId") == id);
  CHECK(aml::text_at(changed, "inputs.words.value") == "other");
  CHECK_THROWS_WITH(properties_of(k_cron + "create_job: {type: command, job: azureml:earlier}\n"),
                    ContainsSubstring("\"command\" is not possible here"));
  CHECK_THROWS_WITH(properties_of(k_cron + "create_job: {type: pipeline}\n"),
                    ContainsSubstring("the key \"job\" is missing"));
}

TEST_CASE("a scheduled job is one of a file, with changes merged into it") {
  const test::TemporaryFolder folder;
  folder.write("jobs/train.yml",
               "type: command\ncommand: echo ${{inputs.a}} ${{inputs.b}}\nenvironment: azureml:e:1\n"
               "compute: azureml:cpu\ninputs: {a: 1, b: 2}\n");
  const auto file = folder.path() / "schedule.yml";
  const json::value as_it_is =
      *aml::find_at(properties_of(k_cron + "create_job: jobs/train.yml\n", file), "action.jobDefinition");
  CHECK(aml::text_at(as_it_is, "jobType") == "Command");
  CHECK(aml::text_at(as_it_is, "experimentName") == "train");
  const json::value changed = *aml::find_at(
      properties_of(k_cron + "create_job: {type: command, job: ./jobs/train.yml, inputs: {b: 3}, display_name: x}\n",
                    file),
      "action.jobDefinition");
  CHECK(aml::text_at(changed, "inputs.a.value") == "1");
  CHECK(aml::text_at(changed, "inputs.b.value") == "3");
  CHECK(aml::text_at(changed, "experimentName") == "x");
  CHECK_THROWS_WITH(properties_of(k_cron + "create_job:\n  job: jobs/train.yml\n  computee: x\n", file),
                    ContainsSubstring("schedule.yml:5:3: unknown key \"computee\" in a command job"));
}

TEST_CASE("an import is its source, by the version of the API that knows imports") {
  test::RecordingResolver resolver;
  const aml::Compiled schedule =
      compiled(k_cron +
                   "import_data: {name: n, type: mltable, path: 'azureml://datastores/d/paths/${{name}}', "
                   "source: {type: database, query: select 1, connection: azureml:c}}\n",
               resolver);
  CHECK(schedule.api_version == "2023-06-01-preview");
  CHECK(
      json::serialize(*aml::find_at(schedule.body.at("properties"), "action")) ==
      R"({"actionType":"ImportData","dataImportDefinition":{"assetName":"n",)"
      R"("dataUri":"azureml://datastores/d/paths/${{name}}","source":{"sourceType":"database","connection":"azureml:c",)"
      R"("query":"select 1"},"dataType":"uri_folder","isAnonymous":false,"isArchived":false}})");
}
