#include <fmt/format.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <condition_variable>
#include <csignal>
#include <mlops/core/error.hpp>
#include <mlops/emulator/server/connection.hpp>
#include <mlops/emulator/server/http_server.hpp>
#include <mutex>
#include <thread>

namespace mlops::emulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
using tcp = asio::ip::tcp;

class HttpServer::Implementation {
 public:
  Implementation(ServerSettings settings, Handle handle)
      : m_settings(std::move(settings)),
        m_handle(std::move(handle)),
        m_pool(m_settings.threads),
        m_acceptor(m_io),
        m_signals(m_io, SIGINT, SIGTERM) {
    if (m_settings.tls) load_certificates();
    open();
  }

  ~Implementation() { stop(); }

  unsigned short port() const { return m_acceptor.local_endpoint().port(); }

  bool secure() const { return m_settings.tls.has_value(); }

  void start() {
    m_signals.async_wait([this](const boost::system::error_code& failure, int) {
      if (!failure) wake();
    });
    asio::co_spawn(m_io, accept(), asio::detached);
    for (int i = 0; i < 2; ++i) m_threads.emplace_back([this] { m_io.run(); });
  }

  void wait() {
    std::unique_lock held(m_mutex);
    m_woken.wait(held, [this] { return m_stop_asked; });
  }

  void stop() {
    wake();
    if (m_stopped.exchange(true)) return;
    m_traffic.stopping = true;
    asio::post(m_io, [this] {
      boost::system::error_code ignored;
      m_acceptor.close(ignored);
    });
    const auto end = std::chrono::steady_clock::now() + m_settings.stop_time;
    while (m_traffic.busy > 0 && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    m_io.stop();
    for (auto& thread : m_threads) thread.join();
    m_pool.join();
  }

 private:
  void load_certificates() {
    m_tls.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                      ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    m_tls.use_certificate_chain_file(m_settings.tls->certificate.string());
    m_tls.use_private_key_file(m_settings.tls->key.string(), ssl::context::pem);
  }

  void open() {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), m_settings.port);
    boost::system::error_code failure;
    m_acceptor.open(endpoint.protocol());
    m_acceptor.set_option(asio::socket_base::reuse_address(true));
    m_acceptor.bind(endpoint, failure);
    if (!failure) m_acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (!failure) return;
    throw core::Error("port-taken",
                      fmt::format("can't listen on 127.0.0.1:{}: {}.", m_settings.port, failure.message()), {},
                      "Choose another --port, or 0 for a free one.");
  }

  void wake() {
    const std::lock_guard held(m_mutex);
    m_stop_asked = true;
    m_woken.notify_all();
  }

  asio::awaitable<void> accept() {
    for (;;) {
      boost::system::error_code failure;
      tcp::socket socket =
          co_await m_acceptor.async_accept(asio::make_strand(m_io), asio::redirect_error(asio::use_awaitable, failure));
      if (failure == asio::error::operation_aborted || !m_acceptor.is_open()) co_return;
      if (failure) {  // out of file descriptors, for example: it passes
        asio::steady_timer timer(m_io, std::chrono::milliseconds(100));
        co_await timer.async_wait(asio::use_awaitable);
        continue;
      }
      const auto executor = socket.get_executor();
      asio::co_spawn(executor, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    const ConnectionSettings settings{m_settings.temporary_folder, m_settings.largest_body, m_settings.idle_time};
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    try {
      if (!secure()) {
        beast::tcp_stream stream(std::move(socket));
        co_await serve_connection(stream, settings, m_handle, m_pool.get_executor(), m_traffic);
        stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
        co_return;
      }
      beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), m_tls);
      beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(30));
      co_await stream.async_handshake(ssl::stream_base::server, asio::use_awaitable);
      const bool orderly = co_await serve_connection(stream, settings, m_handle, m_pool.get_executor(), m_traffic);
      beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(5));
      if (orderly) co_await stream.async_shutdown(asio::use_awaitable);
    } catch (const std::exception&) {
      // The client went away in the middle; there is nobody left to tell.
    }
  }

  ServerSettings m_settings;
  Handle m_handle;
  asio::thread_pool m_pool;
  ssl::context m_tls{ssl::context::tls_server};
  asio::io_context m_io;
  tcp::acceptor m_acceptor;
  asio::signal_set m_signals;
  Traffic m_traffic;
  std::vector<std::thread> m_threads;
  std::mutex m_mutex;
  std::condition_variable m_woken;
  bool m_stop_asked = false;
  std::atomic<bool> m_stopped = false;
};

HttpServer::HttpServer(ServerSettings settings, Handle handle)
    : m_implementation(std::make_unique<Implementation>(std::move(settings), std::move(handle))) {}

HttpServer::~HttpServer() = default;

unsigned short HttpServer::port() const {
  return m_implementation->port();
}

std::string HttpServer::url() const {
  return fmt::format("{}://127.0.0.1:{}", m_implementation->secure() ? "https" : "http", port());
}

void HttpServer::start() {
  m_implementation->start();
}

void HttpServer::wait() {
  m_implementation->wait();
}

void HttpServer::stop() {
  m_implementation->stop();
}

}  // namespace mlops::emulator
