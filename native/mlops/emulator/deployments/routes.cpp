#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/routes.hpp>
#include <mlops/emulator/deployments/what_if.hpp>
#include <mlops/emulator/json_access.hpp>
#include <mlops/emulator/resources/groups.hpp>
#include <mlops/emulator/resources/rendering.hpp>
#include <thread>

namespace mlops::emulator::deployments {

namespace {

constexpr std::size_t k_threads = 4;
constexpr std::size_t k_longest_name = 64;
constexpr const char* k_pattern =
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Resources/deployments";
// As the service has it: without the provider.
constexpr const char* k_operations_pattern =
    "/subscriptions/{subscription}/resourceGroups/{group}/deployments/{deployment}/operations";
constexpr const char* k_what_ifs = "armWhatIfs";

void check_name(const std::string& name) {
  const bool valid = name.size() <= k_longest_name &&
                     name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.()") ==
                         std::string::npos;
  if (valid) return;
  throw ServiceError(400, "InvalidDeploymentName",
                     fmt::format("The deployment name '{}' is invalid: at most {} letters, digits, '-', '_', '.', '(' "
                                 "and ')'.",
                                 name, k_longest_name));
}

const json::object& properties_of(const json::object& body) {
  const auto* properties = object_at(body, "properties");
  if (properties) return *properties;
  throw ServiceError(400, "InvalidRequestContent", "The request content must have 'properties'.");
}

}  // namespace

Deployments::Deployments(Router& router, Context& context)
    : m_router(router), m_context(context), m_records(context), m_client(router, context), m_threads(k_threads) {}

Deployments::~Deployments() {
  stop();
}

void Deployments::stop() {
  m_threads.join();
}

std::string Deployments::id_of(const Request& request) const {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Resources/deployments/{}",
                     m_context.workspaces.subscription(), group_of(m_context, request).name,
                     request.parameter("deployment"));
}

json::object Deployments::found(const std::string& id) const {
  if (auto record = m_records.find(id)) return *record;
  throw ServiceError(404, "DeploymentNotFound",
                     fmt::format("Deployment '{}' could not be found.", id.substr(id.rfind('/') + 1)));
}

std::string Deployments::status_address(const std::string& id, const std::string& operation,
                                        const char* collection) const {
  return fmt::format("{}{}/{}/{}?api-version=2025-04-01", m_context.base_url, id, collection, operation);
}

Deployments::Asked Deployments::asked(const Request& request, bool is_what_if) const {
  check_name(request.parameter("deployment"));
  const ResourceGroup group = group_of(m_context, request);
  const json::object body = request.json_object();
  const json::object& properties = properties_of(body);
  const std::string mode = text_at(properties, "mode");
  if (!core::equals_ignoring_case(mode, "Incremental")) {
    throw ServiceError(
        400, "InvalidDeploymentMode",
        fmt::format("The deployment mode '{}' is not one that aml-emulator carries out: Incremental.", mode));
  }
  const auto* definition = object_at(properties, "template");
  if (!definition) {
    throw ServiceError(400, "InvalidRequestContent",
                       "properties.template is missing; aml-emulator fetches no template from a templateLink.");
  }
  const auto* given = object_at(properties, "parameters");
  Surroundings surroundings{.subscription = m_context.workspaces.subscription(),
                            .tenant = m_context.settings.tenant,
                            .group = group.name,
                            .location = group.location,
                            .base_url = m_context.base_url,
                            .now = core::to_iso8601(m_context.clock.now(), false),
                            .deployment = {{"name", request.parameter("deployment")}, {"properties", properties}}};
  Asked result{.id = id_of(request), .planned = nullptr, .definition = *definition};
  result.planned = std::make_shared<Template>(*definition, given ? *given : json::object(), std::move(surroundings),
                                              std::make_shared<Places>(request.content(), "/properties/template"));
  if (const auto* settings = object_at(properties, "whatIfSettings"); settings && is_what_if) {
    result.ids_only = core::equals_ignoring_case(text_at(*settings, "resultFormat"), "ResourceIdOnly");
  }
  return result;
}

Response Deployments::put(const Request& request) {
  const Asked wanted = asked(request, false);
  const bool existed = m_records.find(wanted.id).has_value();
  const std::string operation = m_records.begin(wanted.id, *wanted.planned, wanted.definition);
  boost::asio::post(m_threads, [this, wanted] {
    std::this_thread::sleep_for(m_context.settings.operation_time);
    try {
      m_records.succeed(wanted.id, deploy(*wanted.planned, wanted.id, m_client, m_records));
    } catch (const ServiceError& error) {
      m_records.fail(wanted.id, error);
    } catch (const std::exception& error) {
      m_context.log.warning(fmt::format("deployment {} failed: {}", wanted.id, error.what()));
      m_records.fail(wanted.id, {500, "InternalServerError", error.what()});
    }
  });
  Response response = Response::of_json(existed ? 200 : 201, found(wanted.id));
  response.headers.set("Azure-AsyncOperation", status_address(wanted.id, operation, "operationStatuses"));
  response.headers.set("Retry-After", "1");
  return response;
}

Response Deployments::operation_status(const Request& request) const {
  const json::object record = found(id_of(request));
  const auto& properties = record.at("properties").as_object();
  json::object answer{{"status", properties.at("provisioningState")}};
  if (const auto* error = properties.if_contains("error")) answer["error"] = *error;
  Response response = Response::of_json(200, answer);
  if (text_at(answer, "status") == "Running") response.headers.set("Retry-After", "1");
  return response;
}

// The bodies are evaluated as a what-if does, so that a wrong expression in a property is told, too.
Response Deployments::validate(const Request& request) {
  const Asked wanted = asked(request, false);
  what_if(*wanted.planned, m_context, m_client, false);
  json::array resources;
  for (const auto& resource : wanted.planned->resources()) resources.push_back(json::object{{"id", resource.id}});
  return Response::of_json(200, {{"id", wanted.id},
                                 {"name", request.parameter("deployment")},
                                 {"type", "Microsoft.Resources/deployments"},
                                 {"properties",
                                  {{"provisioningState", "Succeeded"},
                                   {"mode", "Incremental"},
                                   {"correlationId", core::random_uuid()},
                                   {"parameters", wanted.planned->shown_parameters()},
                                   {"validatedResources", std::move(resources)}}}});
}

// The answer stands at the Location until it is asked for; the work is done at once, the wait is for the client's sake.
Response Deployments::start_what_if(const Request& request) {
  const Asked wanted = asked(request, true);
  const std::string operation = core::random_uuid();
  json::object result{{"status", "Succeeded"},
                      {"properties",
                       {{"correlationId", core::random_uuid()},
                        {"changes", what_if(*wanted.planned, m_context, m_client, wanted.ids_only)}}}};
  m_context.store.put({"", k_what_ifs, operation},
                      {{"result", std::move(result)},
                       {"ready", core::to_iso8601(m_context.clock.now() + m_context.settings.operation_time, true)}});
  Response response = Response::empty(202);
  response.headers.set("Location", status_address(wanted.id, operation, "whatIfResults"));
  response.headers.set("Retry-After", "0");
  return response;
}

Response Deployments::what_if_result(const Request& request) const {
  const auto kept = m_context.store.find({"", k_what_ifs, request.parameter("operation")});
  if (!kept) throw ServiceError(404, "NotFound", "There is no such what-if.");
  if (core::to_iso8601(m_context.clock.now(), true) >= text_at(kept->body, "ready")) {
    return Response::of_json(200, kept->body.at("result"));
  }
  Response response = Response::empty(202);
  response.headers.set("Location", m_context.base_url + request.path + '?' + request.raw_query);
  response.headers.set("Retry-After", "1");
  return response;
}

Response Deployments::cancel(const Request& request) {
  const std::string id = id_of(request);
  found(id);
  if (m_records.cancel(id)) return Response::empty(204);
  throw ServiceError(
      409, "DeploymentCannotBeCancelled",
      fmt::format("The deployment '{}' cannot be cancelled because it does not run.", request.parameter("deployment")));
}

void Deployments::add_routes() {
  const std::string one = std::string(k_pattern) + "/{deployment}";
  const auto add = [&](const char* name, const char* method, const std::string& pattern, auto answer) {
    m_router.add(name, method, pattern, answer);
  };
  add("put-deployment-template", "PUT", one, [this](const Request& request) { return put(request); });
  add("get-deployment-template", "GET", one,
      [this](const Request& request) { return Response::of_json(200, found(id_of(request))); });
  add("head-deployment-template", "HEAD", one, [this](const Request& request) {
    found(id_of(request));
    return Response::empty(204);
  });
  add("delete-deployment-template", "DELETE", one, [this](const Request& request) {
    m_records.remove(id_of(request));
    return Response::empty(204);
  });
  add("list-deployment-templates", "GET", k_pattern, [this](const Request& request) {
    std::vector<json::value> items;
    const std::string group = group_of(m_context, request).name;
    for (auto& item : m_records.list(
             fmt::format("/subscriptions/{}/resourceGroups/{}", m_context.workspaces.subscription(), group))) {
      items.emplace_back(std::move(item));
    }
    return page_of(m_context, request, std::move(items));
  });
  add("post-validate", "POST", one + "/validate", [this](const Request& request) { return validate(request); });
  add("post-what-if", "POST", one + "/whatIf", [this](const Request& request) { return start_what_if(request); });
  add("get-what-if", "GET", one + "/whatIfResults/{operation}",
      [this](const Request& request) { return what_if_result(request); });
  add("post-cancel-deployment", "POST", one + "/cancel", [this](const Request& request) { return cancel(request); });
  add("post-export-template", "POST", one + "/exportTemplate", [this](const Request& request) {
    found(id_of(request));
    return Response::of_json(200, {{"template", *m_records.definition(id_of(request))}});
  });
  add("get-deployment-status", "GET", one + "/operationStatuses/{operation}",
      [this](const Request& request) { return operation_status(request); });
  add("list-deployment-operations", "GET", k_operations_pattern, [this](const Request& request) {
    found(id_of(request));
    std::vector<json::value> items;
    for (auto& item : m_records.operations(id_of(request))) items.emplace_back(std::move(item));
    return page_of(m_context, request, std::move(items));
  });
}

}  // namespace mlops::emulator::deployments
