#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <mlops/emulator/context.hpp>
#include <mlops/emulator/server/router.hpp>
#include <string>

namespace mlops::emulator {

/// Long-running operations as Azure Machine Learning has them: the first answer carries Azure-AsyncOperation and
/// Location; the status is InProgress for a while, then Succeeded, or Failed with an error. They are kept in the
/// database, so a client may ask again after a restart; those that a restart interrupted have failed.
class Operations {
 public:
  explicit Operations(Context& context);
  ~Operations();
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  /// Runs the work on a thread of its own after at least Settings::operation_time; a ServiceError it throws is the
  /// operation's. Returns the id.
  std::string start(std::function<void()> work);

  /// Adds the headers with which the client follows an operation.
  void add_headers(Response& response, const Workspace& workspace, const std::string& id) const;
  /// 202 with those headers and no body.
  Response accepted(const Workspace& workspace, const std::string& id) const;

  void add_routes(Router& router);
  /// Waits for the work under way.
  void stop();

 private:
  void finish(const std::string& id, const std::string& status, const std::string& code, const std::string& message);
  Response status(const Request& request) const;
  Response result(const Request& request) const;
  std::string address(const Workspace& workspace, const char* collection, const std::string& id) const;

  Context& m_context;
  boost::asio::thread_pool m_threads;
};

}  // namespace mlops::emulator
