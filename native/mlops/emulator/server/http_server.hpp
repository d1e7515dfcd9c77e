#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mlops/emulator/server/message.hpp>
#include <mlops/emulator/server/tls.hpp>
#include <optional>
#include <string>

namespace mlops::emulator {

struct ServerSettings {
  unsigned short port = 0;  ///< 0: a free one
  unsigned threads = 8;     ///< that handlers run on
  std::optional<TlsFiles> tls;
  std::filesystem::path temporary_folder;                   ///< for large bodies
  std::uint64_t largest_body = std::uint64_t{5'000} << 20;  ///< what Put Blob takes
  std::chrono::seconds idle_time{120};
  std::chrono::seconds stop_time{3};  ///< for requests under way when the server stops
};

/// HTTP/1.1 on a loopback port: keep-alive, Expect: 100-continue, chunked bodies, HEAD, file ranges. Handlers run on a
/// thread pool of their own, so a slow one doesn't stop the others.
class HttpServer {
 public:
  using Handle = std::function<Response(Request&)>;

  /// Binds the port. Throws core::Error "port-taken".
  HttpServer(ServerSettings settings, Handle handle);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  unsigned short port() const;
  /// "http://127.0.0.1:PORT" or "https://...".
  std::string url() const;

  /// Serves in threads of its own.
  void start();
  /// Blocks until SIGTERM or SIGINT arrives or stop() is called from another thread.
  void wait();
  /// No new connections; requests under way get their answers within stop_time. May be called twice.
  void stop();

 private:
  class Implementation;
  std::unique_ptr<Implementation> m_implementation;
};

}  // namespace mlops::emulator
