#pragma once
// A real server on a loopback port that a test can make misbehave.

#include <atomic>
#include <functional>
#include <memory>
#include <mlops/http/message.hpp>
#include <mlops_test/certificates.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mlops::test {

struct SeenRequest {
  std::string method;
  std::string target;
  http::Headers headers;
  std::string body;
  int connection = 0;  ///< counts from 1
};

/// The server's end of one connection.
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void write(std::string_view bytes) = 0;
  /// Ends the connection with a TCP reset.
  virtual void reset() = 0;
  /// Ends it in order, without a word more.
  virtual void close() = 0;
  /// Waits until the client goes away or the server ends.
  virtual void stall() = 0;
  /// Passes bytes to and fro between the client and a local port until one end closes.
  virtual void tunnel_to(int port) = 0;
};

/// "HTTP/1.1 200 OK" with Content-Length and the body.
std::string answer(int status, const std::string& body = {}, const std::string& header_lines = {});

struct TlsOptions {
  const TestCertificate* certificate = nullptr;  ///< null: plain http
  int newest_version = 0;                        ///< e.g. TLS1_1_VERSION, 0 for no limit
  const TestCertificate* clients = nullptr;      ///< clients must show a certificate of this authority; null: of none
};

class LoopbackServer {
 public:
  using Handler = std::function<void(const SeenRequest&, Peer&)>;
  explicit LoopbackServer(Handler handler, TlsOptions tls = {});
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const { return m_port; }

  std::string url(const std::string& path = "/") const;
  std::vector<SeenRequest> seen() const;

  int connections() const { return m_connections; }

 private:
  class Connection;
  struct FreeContext;

  void accept_loop();
  void serve(int socket, int number);

  Handler m_handler;
  std::shared_ptr<void> m_tls;
  int m_listener = -1;
  int m_port = 0;
  std::atomic<int> m_connections{0};
  std::atomic<bool> m_stopping{false};
  mutable std::mutex m_mutex;
  std::vector<SeenRequest> m_seen;
  std::vector<std::thread> m_serving;  ///< touched by the accepting thread only while that runs
  std::thread m_accepting;
};

}  // namespace mlops::test
