#pragma once

#include <boost/asio/thread_pool.hpp>
#include <mlops/emulator/deployments/records.hpp>
#include <mlops/emulator/deployments/run.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator::deployments {

/// Deployments at resource groups: PUT, GET, HEAD, list, DELETE, validate, whatIf, cancel, exportTemplate, operations.
/// A deployment runs on a thread of its own; PUT and whatIf are long-running operations.
/// https://learn.microsoft.com/rest/api/resources/deployments
class Deployments {
 public:
  Deployments(Router& router, Context& context);
  ~Deployments();
  Deployments(const Deployments&) = delete;
  Deployments& operator=(const Deployments&) = delete;

  void add_routes();

  /// What ran when the emulator stopped has failed.
  void restore() { m_records.restore(); }

  /// Waits for the deployments under way.
  void stop();

 private:
  /// What a request asks for: its template with the parameters' values.
  struct Asked {
    std::string id;
    std::shared_ptr<Template> planned;
    json::object definition;
    bool ids_only = false;
  };

  Asked asked(const Request& request, bool is_what_if) const;
  std::string id_of(const Request& request) const;
  json::object found(const std::string& id) const;
  std::string status_address(const std::string& id, const std::string& operation, const char* collection) const;

  Response put(const Request& request);
  Response validate(const Request& request);
  Response start_what_if(const Request& request);
  Response what_if_result(const Request& request) const;
  Response operation_status(const Request& request) const;
  Response cancel(const Request& request);

  Router& m_router;
  Context& m_context;
  Records m_records;
  LocalClient m_client;
  boost::asio::thread_pool m_threads;
};

}  // namespace mlops::emulator::deployments
