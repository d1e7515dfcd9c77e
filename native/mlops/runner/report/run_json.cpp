#include <mlops/document/document.hpp>
#include <mlops/runner/report/run_json.hpp>

namespace mlops::runner {

namespace {

namespace json = boost::json;

template <typename Item, typename Function>
json::array array_of(const std::vector<Item>& items, Function&& function) {
  json::array result;
  for (const auto& item : items) result.push_back(function(item));
  return result;
}

json::array texts(const std::vector<std::string>& items) {
  return array_of(items, [](const std::string& item) { return json::value(item); });
}

double seconds(core::Milliseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

json::value issue_json(const Issue& issue) {
  json::object object{{"type", issue.type}, {"message", issue.message}};
  if (!issue.code.empty()) object["code"] = issue.code;
  return object;
}

json::value step_json(const StepRecord& step) {
  return json::object{{"name", step.name},
                      {"displayName", step.display_name},
                      {"task", step.task},
                      {"result", to_string(step.result)},
                      {"started", core::to_iso8601(step.started)},
                      {"seconds", seconds(step.time)},
                      {"attempts", step.attempts},
                      {"log", step.log},
                      {"issues", array_of(step.issues, issue_json)},
                      {"summaries", texts(step.summaries)},
                      {"attachments", texts(step.attachments)}};
}

json::value job_json(const JobRecord& job) {
  return json::object{{"name", job.name},
                      {"instance", job.instance},
                      {"displayName", job.display_name},
                      {"result", to_string(job.result)},
                      {"started", core::to_iso8601(job.started)},
                      {"seconds", seconds(job.time)},
                      {"issues", array_of(job.issues, issue_json)},
                      {"steps", array_of(job.steps, step_json)}};
}

json::object outputs_json(const Outputs& outputs) {
  json::object result;
  for (const auto& [name, variable] : outputs) {
    result[name] = variable.secret ? json::object{{"isSecret", true}} : json::object{{"value", variable.value}};
  }
  return result;
}

json::value stage_json(const StageRecord& stage) {
  json::object results;
  json::object outputs;
  for (const auto& [name, result] : stage.job_results) results[name] = to_string(result);
  for (const auto& [name, all] : stage.outputs) outputs[name] = outputs_json(all);
  return json::object{{"name", stage.name},
                      {"displayName", stage.display_name},
                      {"result", to_string(stage.result)},
                      {"attempt", stage.attempt},
                      {"earlier", stage.earlier},
                      {"reason", stage.reason},
                      {"approvals", texts(stage.approvals)},
                      {"results", std::move(results)},
                      {"outputs", std::move(outputs)},
                      {"jobs", array_of(stage.jobs, job_json)}};
}

std::string text_at(const document::Node& node, std::string_view key) {
  const auto member = node.find(key);
  return member ? member->as_text() : std::string();
}

Outputs read_outputs(const document::Node& node) {
  Outputs result;
  for (const auto& [name, variable] : node.members()) {
    const bool secret = variable.find("isSecret").has_value();
    result[name] = {secret ? std::string() : text_at(variable, "value"), secret};
  }
  return result;
}

StageRecord read_stage(const document::Node& node) {
  StageRecord stage;
  stage.name = text_at(node, "name");
  stage.display_name = text_at(node, "displayName");
  stage.result = result_from(text_at(node, "result"));
  stage.attempt = static_cast<int>(node.at("attempt").as_integer());
  for (const auto& [job, result] : node.at("results").members()) stage.job_results[job] = result_from(result.as_text());
  for (const auto& [job, outputs] : node.at("outputs").members()) stage.outputs[job] = read_outputs(outputs);
  return stage;
}

}  // namespace

boost::json::value to_json(const RunRecord& record) {
  return json::object{{"pipeline", record.pipeline},
                      {"buildId", record.build_id},
                      {"buildNumber", record.build_number},
                      {"result", to_string(record.result)},
                      {"started", core::to_iso8601(record.started)},
                      {"seconds", seconds(record.time)},
                      {"tags", texts(record.tags)},
                      {"artifacts", texts(record.artifacts)},
                      {"stages", array_of(record.stages, stage_json)}};
}

RunRecord read_run(const fs::path& folder) {
  const auto document = document::Document::load(folder / "run.json");
  const auto root = document.root();
  RunRecord record;
  record.pipeline = text_at(root, "pipeline");
  record.build_id = text_at(root, "buildId");
  record.build_number = text_at(root, "buildNumber");
  if (const auto tags = root.find("tags")) {
    for (const auto& tag : tags->children()) record.tags.push_back(tag.as_text());
  }
  for (const auto& stage : root.at("stages").children()) record.stages.push_back(read_stage(stage));
  return record;
}

}  // namespace mlops::runner
