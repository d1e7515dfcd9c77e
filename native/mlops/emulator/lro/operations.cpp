#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/emulator/lro/operations.hpp>
#include <thread>

namespace mlops::emulator {

namespace {

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS operations (
  id TEXT PRIMARY KEY, status TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, began TEXT NOT NULL,
  ended TEXT NOT NULL);
UPDATE operations SET status='Failed', code='OperationInterrupted', message='aml-emulator was stopped meanwhile.'
  WHERE status='InProgress';
)";

constexpr std::size_t k_threads = 8;

struct State {
  std::string status;
  std::string code;
  std::string message;
  std::string began;
  std::string ended;
};

State state_of(Context& context, const std::string& id) {
  Rows rows = context.database.query("SELECT status, code, message, began, ended FROM operations WHERE id=?", id);
  if (rows.next()) return {rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4)};
  throw ServiceError(404, "NotFound", fmt::format("There is no operation '{}'.", id));
}

}  // namespace

Operations::Operations(Context& context) : m_context(context), m_threads(k_threads) {
  m_context.database.execute(k_schema);
}

Operations::~Operations() {
  stop();
}

void Operations::stop() {
  m_threads.join();
}

std::string Operations::start(std::function<void()> work) {
  const std::string id = core::random_uuid();
  m_context.database.run("INSERT INTO operations VALUES (?, 'InProgress', '', '', ?, '')", id,
                         core::to_iso8601(m_context.clock.now(), true));
  boost::asio::post(m_threads, [this, id, work = std::move(work)] {
    std::this_thread::sleep_for(m_context.settings.operation_time);
    try {
      work();
      finish(id, "Succeeded", "", "");
    } catch (const ServiceError& error) {
      finish(id, "Failed", error.code(), error.message());
    } catch (const std::exception& error) {
      m_context.log.warning(fmt::format("operation {} failed: {}", id, error.what()));
      finish(id, "Failed", "InternalServerError", error.what());
    }
  });
  return id;
}

void Operations::finish(const std::string& id, const std::string& status, const std::string& code,
                        const std::string& message) {
  m_context.database.run("UPDATE operations SET status=?, code=?, message=?, ended=? WHERE id=?", status, code, message,
                         core::to_iso8601(m_context.clock.now(), true), id);
}

std::string Operations::address(const Workspace& workspace, const char* collection, const std::string& id) const {
  return fmt::format(
      "{}/subscriptions/{}/providers/Microsoft.MachineLearningServices/locations/local/{}/{}?api-version=2023-04-01",
      m_context.base_url, workspace.subscription, collection, id);
}

void Operations::add_headers(Response& response, const Workspace& workspace, const std::string& id) const {
  response.headers.set("Azure-AsyncOperation", address(workspace, "mfeOperationsStatus", id));
  response.headers.set("Location", address(workspace, "mfeOperationResults", id));
  response.headers.set("x-ms-async-operation-timeout", "PT1H");
  response.headers.set("Retry-After", "1");
}

Response Operations::accepted(const Workspace& workspace, const std::string& id) const {
  Response response = Response::empty(202);
  add_headers(response, workspace, id);
  return response;
}

Response Operations::status(const Request& request) const {
  const std::string& id = request.parameter("operation");
  const State state = state_of(m_context, id);
  json::object answer{{"id", request.path}, {"name", id}, {"status", state.status}, {"startTime", state.began}};
  if (!state.ended.empty()) answer["endTime"] = state.ended;
  if (state.status == "Failed") answer["error"] = {{"code", state.code}, {"message", state.message}};
  Response response = Response::of_json(200, answer);
  if (state.status == "InProgress") response.headers.set("Retry-After", "1");
  return response;
}

// The Location style: 202 until the end, then 200, or the error itself.
Response Operations::result(const Request& request) const {
  const State state = state_of(m_context, request.parameter("operation"));
  if (state.status == "Failed") return error_response(400, state.code, state.message);
  if (state.status != "InProgress") return Response::empty(200);
  Response response = Response::empty(202);
  response.headers.set("Location", m_context.base_url + request.path + '?' + request.raw_query);
  response.headers.set("Retry-After", "1");
  return response;
}

void Operations::add_routes(Router& router) {
  const std::string root =
      "/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/locations/{location}";
  router.add("get-operation-status", "GET", root + "/mfeOperationsStatus/{operation}",
             [this](const Request& request) { return status(request); });
  router.add("get-operation-result", "GET", root + "/mfeOperationResults/{operation}",
             [this](const Request& request) { return result(request); });
}

}  // namespace mlops::emulator
