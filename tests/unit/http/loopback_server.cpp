#include "loopback_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <mlops/core/text.hpp>
#include <optional>

namespace mlops::test {

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool readable(int socket, int milliseconds) {
  pollfd entry{socket, POLLIN, 0};
  return ::poll(&entry, 1, milliseconds) > 0;
}

std::shared_ptr<void> tls_context(const TlsOptions& options) {
  if (!options.certificate) return nullptr;
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), options.certificate->certificate());
  SSL_CTX_use_PrivateKey(context.get(), options.certificate->key());
  if (options.newest_version != 0) {
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), options.newest_version);
    SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
  }
  if (options.clients) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), options.clients->certificate());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace

class LoopbackServer::Connection : public Peer {
 public:
  Connection(int socket, SSL_CTX* context, const std::atomic<bool>& stopping) : m_socket(socket), m_stopping(stopping) {
    if (!context) return;
    m_tls.reset(SSL_new(context));
    SSL_set_fd(m_tls.get(), socket);
    if (SSL_accept(m_tls.get()) != 1) close();
  }

  ~Connection() override { close(); }

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool open() const { return m_socket >= 0; }

  void write(std::string_view bytes) override {
    while (open() && !bytes.empty()) {
      const auto count = m_tls ? SSL_write(m_tls.get(), bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return close();
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  void reset() override {
    const linger hard{1, 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }

  void close() override {
    if (m_socket >= 0) ::close(m_socket);
    m_socket = -1;
  }

  void stall() override {
    while (open() && !m_stopping) {
      if (readable(m_socket, 20) && read_some().empty()) return close();
    }
  }

  void tunnel_to(int port) override {
    const int other = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(other, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      while (open() && !m_stopping && pass(m_socket, other) && pass(other, m_socket)) {
      }
    }
    ::close(other);
    close();
  }

  /// Empty when the client is done.
  std::optional<SeenRequest> read_request() {
    while (m_buffer.find("\r\n\r\n") == std::string::npos) {
      if (!fill()) return std::nullopt;
    }
    SeenRequest request = parse_head(take(m_buffer.find("\r\n\r\n") + 4));
    const auto length = request.headers.find("Content-Length");
    const std::size_t size = length ? std::stoul(*length) : 0;
    while (m_buffer.size() < size) {
      if (!fill()) return std::nullopt;
    }
    request.body = take(size);
    return request;
  }

 private:
  struct FreeTls {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };

  static bool pass(int from, int to) {
    std::array<char, 65536> bytes{};
    if (!readable(from, 5)) return true;
    const ssize_t count = ::recv(from, bytes.data(), bytes.size(), 0);
    return count > 0 && ::send(to, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
  }

  static SeenRequest parse_head(const std::string& head) {
    SeenRequest request;
    const auto lines = core::split(head, '\n');
    const auto words = core::split(core::trim(lines.front()), ' ');
    request.method = words.at(0);
    request.target = words.at(1);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto colon = lines[i].find(':');
      if (colon == std::string::npos) continue;
      request.headers.append(lines[i].substr(0, colon), std::string(core::trim(lines[i].substr(colon + 1))));
    }
    return request;
  }

  std::string read_some() {
    std::array<char, 65536> bytes{};
    const auto count = m_tls ? SSL_read(m_tls.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::recv(m_socket, bytes.data(), bytes.size(), 0);
    return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
  }

  bool fill() {
    while (open() && !m_stopping) {
      const bool pending = m_tls && SSL_pending(m_tls.get()) > 0;
      if (!pending && !readable(m_socket, 20)) continue;
      const std::string some = read_some();
      m_buffer += some;
      return !some.empty();
    }
    return false;
  }

  std::string take(std::size_t size) {
    std::string text = m_buffer.substr(0, size);
    m_buffer.erase(0, size);
    return text;
  }

  int m_socket;
  const std::atomic<bool>& m_stopping;
  std::unique_ptr<SSL, FreeTls> m_tls;
  std::string m_buffer;
};

std::string answer(int status, const std::string& body, const std::string& header_lines) {
  return fmt::format("HTTP/1.1 {} Text\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), header_lines, body);
}

LoopbackServer::LoopbackServer(Handler handler, TlsOptions tls)
    : m_handler(std::move(handler)), m_tls(tls_context(tls)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to closed sockets
  m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(m_listener, reinterpret_cast<const sockaddr*>(&address), size);
  ::listen(m_listener, 64);
  ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
  m_port = ntohs(address.sin_port);
  m_accepting = std::thread([this] { accept_loop(); });
}

LoopbackServer::~LoopbackServer() {
  m_stopping = true;
  m_accepting.join();
  for (auto& thread : m_serving) thread.join();
  ::close(m_listener);
}

std::string LoopbackServer::url(const std::string& path) const {
  return fmt::format("{}://127.0.0.1:{}{}", m_tls ? "https" : "http", m_port, path);
}

std::vector<SeenRequest> LoopbackServer::seen() const {
  const std::lock_guard lock(m_mutex);
  return m_seen;
}

void LoopbackServer::accept_loop() {
  while (!m_stopping) {
    if (!readable(m_listener, 20)) continue;
    const int socket = ::accept(m_listener, nullptr, nullptr);
    if (socket < 0) continue;
    const int number = ++m_connections;
    m_serving.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

void LoopbackServer::serve(int socket, int number) {
  Connection connection(socket, static_cast<SSL_CTX*>(m_tls.get()), m_stopping);
  while (connection.open()) {
    auto request = connection.read_request();
    if (!request) return;
    request->connection = number;
    {
      const std::lock_guard lock(m_mutex);
      m_seen.push_back(*request);
    }
    m_handler(*request, connection);
  }
}

}  // namespace mlops::test
