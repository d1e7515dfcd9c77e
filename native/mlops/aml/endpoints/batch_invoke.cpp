#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mlops/aml/assets.hpp>
#include <mlops/aml/endpoints/batch_invoke.hpp>
#include <mlops/aml/endpoints/online_endpoints.hpp>
#include <mlops/aml/jobs/adoption.hpp>
#include <mlops/aml/jobs/run_history.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/document/document.hpp>
#include <mlops/http/url.hpp>

namespace mlops::aml {

namespace {

constexpr const char* k_literal = "literal";
constexpr const char* k_repeatability_header = "repeatability-request-id";

struct DataType {
  const char* word;
  const char* rest;
};

constexpr DataType k_types[] = {
    {"uri_file", "UriFile"},         {"uri_folder", "UriFolder"},     {"mltable", "MLTable"},
    {"mlflow_model", "MLFlowModel"}, {"custom_model", "CustomModel"}, {"triton_model", "TritonModel"},
    {k_literal, "Literal"},          {"string", "Literal"},           {"number", "Literal"},
    {"integer", "Literal"},          {"boolean", "Literal"},
};

const DataType* type_of(const std::string& word) {
  const auto* found =
      std::find_if(std::begin(k_types), std::end(k_types), [&](const DataType& type) { return word == type.word; });
  return found == std::end(k_types) ? nullptr : found;
}

bool is_reference(const std::string& text) {
  return AssetReference::parse(text).has_value();
}

bool is_address(const std::string& text) {
  return text.find("://") != std::string::npos || is_reference(text);
}

std::string type_of_address(const std::string& address) {
  const std::string last = address.substr(address.rfind('/') + 1);
  return !is_reference(address) && last.find('.') != std::string::npos ? "uri_file" : "uri_folder";
}

// Numbers and booleans as JSON has them, where the type says so.
json::value literal_of(const TypedValue& value) {
  if (value.type == k_literal || value.type == "string") return json::value(value.value);
  boost::system::error_code failure;
  json::value parsed = json::parse(value.value, failure);
  const bool fits = value.type == "boolean" ? parsed.is_bool() : parsed.is_number();
  if (!failure && fits) return parsed;
  throw core::Error("value-invalid", fmt::format("\"{}\" is not of the type {}.", value.value, value.type), {},
                    "Correct it in invokeInputs.");
}

json::value member_of(const TypedValue& value, const char* kind) {
  const std::string rest = type_of(value.type)->rest;
  if (rest == "Literal") return {{kind, rest}, {"value", literal_of(value)}};
  return {{kind, rest}, {"uri", value.value}};
}

json::object members_of(const NamedTexts& values, const char* kind) {
  json::object members;
  for (const auto& [name, text] : values) members[name] = member_of(typed_value(text), kind);
  return members;
}

class Invocation {
 public:
  Invocation(Workspace& workspace, BatchRequest request) : m_workspace(workspace), m_request(std::move(request)) {}

  SubmittedJob run() {
    const json::value endpoint =
        m_workspace.manager().get(fmt::format("{}/batchEndpoints/{}", m_workspace.id(), m_request.endpoint),
                                  k_api_version, fmt::format("the batch endpoint \"{}\"", m_request.endpoint));
    for (auto& [name, value] : m_request.inputs) value = in_the_workspace(value);
    if (m_request.job_name.empty()) {
      if (auto earlier = settle_job_name()) return *earlier;
    }
    return submitted(send(text_at(endpoint, "properties.scoringUri")));
  }

 private:
  // The service gives the call the name that it brings, so the name tells the same call of the same pipeline run.
  std::optional<SubmittedJob> settle_job_name() {
    agent::Services& services = m_workspace.services();
    const json::object call{{"deployment", m_request.deployment}, {"body", batch_request_body(m_request)}};
    const std::string content = definition_hash(call);
    const agent::PipelineRun run = agent::pipeline_run(services.variables);
    const std::string stem = m_request.endpoint + (run.present() ? "-" + content.substr(0, 12) : "");
    const JobName name = job_name(stem, content, run, services.clock.now());
    std::string status;
    const auto settled = settle_name(name, false, m_request.force, [&](const std::string& candidate) {
      const auto found = m_workspace.manager().find(job_path(m_workspace.id(), candidate), k_api_version);
      if (!found) return Standing::free;
      status = text_at(*found, "properties.status");
      return standing_of(status);
    });
    if (!settled) return std::nullopt;  // the service chooses
    m_request.job_name = settled->name;
    m_derived = true;
    if (!settled->adopted) return std::nullopt;
    services.log.info(
        fmt::format("The job {} of this call exists already ({}); it is adopted.", settled->name, status));
    return SubmittedJob{settled->name, status, m_workspace.studio_url(settled->name), true};
  }

  // The address of what is local or registered, with its type.
  std::string in_the_workspace(const std::string& text) {
    TypedValue value = typed_value(text);
    const bool typed = value.value != text;
    if (type_of(value.type)->rest == std::string("Literal")) return text;
    if (is_reference(value.value)) {
      value.value = Assets(m_workspace).resolve(k_data, value.value, {});
      if (!typed) value.type = registered_type(value);
    } else if (!is_address(value.value)) {
      const Uploaded uploaded = Assets(m_workspace).upload(value.value, {}, m_request.endpoint);
      value.value = long_datastore_uri(m_workspace.id(), uploaded.datastore, uploaded.path);
      if (uploaded.folder) value.value += "/";
    }
    return fmt::format("{}:{}", value.type, value.value);
  }

  std::string registered_type(const TypedValue& value) {
    if (value.value.rfind("/subscriptions/", 0) != 0) return value.type;
    const AssetVersion version = parse_version_id(value.value);
    const auto asset = Assets(m_workspace).find(k_data, version.name, version.version);
    const std::string type = asset ? text_at(*asset, "properties.dataType") : "";
    return type_of(type) ? type : value.type;
  }

  json::value send(const std::string& address) {
    http::Request post;
    post.method = "POST";
    post.url = address;
    post.headers = {{"Content-Type", "application/json"}};
    // The service knows the same request again, and refuses a second job of the name that the call brings.
    post.headers.set(k_repeatability_header, core::random_uuid());
    post.safe_to_repeat = true;
    if (!m_request.deployment.empty()) post.headers.set(k_deployment_header, m_request.deployment);
    const json::value body = batch_request_body(m_request);
    if (m_workspace.services().dry_run) {
      m_workspace.services().log.info(
          fmt::format("would POST {}\n{}", http::loggable(post.url), document::to_pretty_json(body)));
      return nullptr;
    }
    post.body = json::serialize(body);
    azure::Session& session = m_workspace.session();
    const http::Response answer = session.transport_for(session.cloud().machine_learning_audience).send(post);
    // An attempt whose answer was lost may have started it; a derived name tells this call from every other one, and
    // libcurl repeats on its own what a reused connection has swallowed.
    if (!answer.ok() && (answer.attempts > 1 || (answer.status == 409 && m_derived))) {
      if (const auto job = m_workspace.manager().find(job_path(m_workspace.id(), m_request.job_name), k_api_version)) {
        return *job;
      }
    }
    if (!answer.ok()) {
      throw azure::service_error(post, answer, fmt::format("the batch endpoint \"{}\"", m_request.endpoint));
    }
    return azure::parse_answer(post, answer);
  }

  SubmittedJob submitted(const json::value& answer) {
    SubmittedJob job;
    if (answer.is_null()) return job;
    job.name = text_at(answer, "name");
    job.status = text_at(answer, "properties.status");
    job.studio_url = m_workspace.studio_url(job.name);
    return job;
  }

  Workspace& m_workspace;
  BatchRequest m_request;
  bool m_derived = false;  // the job's name, from the call
};

}  // namespace

// A misspelt file, which a deployment would be given as a text and score nothing of.
bool looks_like_file(const std::string& text) {
  static constexpr std::array<std::string_view, 8> k_endings{".csv", ".parquet", ".json", ".jsonl",
                                                             ".tsv", ".txt",     ".png",  ".jpg"};
  return text.find('/') != std::string::npos ||
         std::any_of(k_endings.begin(), k_endings.end(),
                     [&](std::string_view ending) { return text.ends_with(ending); });
}

TypedValue typed_value(const std::string& text) {
  const auto colon = text.find(':');
  const std::string word = text.substr(0, colon);
  if (colon != std::string::npos && type_of(word)) return {word, text.substr(colon + 1)};
  if (is_address(text)) return {type_of_address(text), text};
  std::error_code missing;
  if (std::filesystem::is_directory(text, missing)) return {"uri_folder", text};
  if (std::filesystem::is_regular_file(text, missing)) return {"uri_file", text};
  if (looks_like_file(text)) {
    throw core::Error("file-missing", fmt::format("there is no file or folder \"{}\".", text), {},
                      fmt::format("Correct its path; write string:{} for a text.", text));
  }
  return {k_literal, text};
}

json::object batch_request_body(const BatchRequest& request) {
  json::object properties;
  if (!request.inputs.empty()) properties["inputData"] = members_of(request.inputs, "jobInputType");
  if (!request.outputs.empty()) properties["outputData"] = members_of(request.outputs, "jobOutputType");
  if (!request.experiment.empty()) properties["properties"] = {{"experimentName", request.experiment}};
  if (!request.job_name.empty()) properties["name"] = request.job_name;
  return {{"properties", std::move(properties)}};
}

SubmittedJob invoke_batch_endpoint(Workspace& workspace, BatchRequest request) {
  return Invocation(workspace, std::move(request)).run();
}

}  // namespace mlops::aml
