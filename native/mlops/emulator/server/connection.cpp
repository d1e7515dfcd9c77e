#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <fstream>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/server/connection.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {

constexpr std::size_t k_piece = std::size_t{1} << 16;
constexpr std::uint32_t k_largest_header = 64 * 1024;

using Parser = bhttp::request_parser<bhttp::buffer_body>;
using Handle = std::function<Response(Request&)>;

/// Keeps a count up for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : m_count(count) { ++m_count; }

  ~Counted() { --m_count; }

  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<int>& m_count;
};

/// Removes a request's temporary file, when there is one, after the answer.
struct TemporaryBody {
  const Request& request;

  ~TemporaryBody() {
    std::error_code ignored;
    if (!request.body_file.empty()) std::filesystem::remove(request.body_file, ignored);
  }
};

std::string text_of(beast::string_view text) {
  return {text.data(), text.size()};
}

Request head_of(const Parser& parser) {
  Request request;
  request.method = text_of(parser.get().method_string());
  const std::string target = text_of(parser.get().target());
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (const auto scheme = request.path.find("://"); scheme != std::string::npos && request.path.front() != '/') {
    const auto slash = request.path.find('/', scheme + 3);  // the absolute form that clients send to a proxy
    request.path = slash == std::string::npos ? "/" : request.path.substr(slash);
  }
  if (mark != std::string::npos) request.raw_query = target.substr(mark + 1);
  request.query = http::parse_query(request.raw_query);
  for (const auto& part : core::split(request.path, '/')) {
    if (!part.empty()) request.segments.push_back(http::decode(part));
  }
  for (const auto& field : parser.get()) request.headers.append(text_of(field.name_string()), text_of(field.value()));
  return request;
}

std::string head_of(const Response& response, std::uint64_t size, unsigned version, bool keep_alive) {
  std::string head =
      fmt::format("HTTP/{}.{} {} {}\r\nServer: aml-emulator\r\n", version / 10, version % 10, response.status,
                  text_of(bhttp::obsolete_reason(static_cast<bhttp::status>(response.status))));
  for (const auto& [name, value] : response.headers.fields()) head += fmt::format("{}: {}\r\n", name, value);
  if (response.status != 204 && response.status != 304 && !response.headers.find("Content-Length")) {
    head += fmt::format("Content-Length: {}\r\n", size);
  }
  const bool is_default = keep_alive == (version >= 11);
  if (!is_default) head += fmt::format("Connection: {}\r\n", keep_alive ? "keep-alive" : "close");
  return head + "\r\n";
}

/// Collects a body: in memory up to k_body_in_memory, then in a file.
class BodySink {
 public:
  BodySink(Request& request, const std::filesystem::path& folder) : m_request(request), m_folder(folder) {}

  void add(std::string_view piece) {
    m_request.body_size += piece.size();
    if (!m_file.is_open() && m_request.body.size() + piece.size() <= k_body_in_memory) {
      m_request.body += piece;
      return;
    }
    if (!m_file.is_open()) spill();
    m_file.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  }

  void finish() {
    if (!m_file.is_open()) return;
    m_file.close();
    if (!m_file) throw ServiceError(500, "InsufficientStorage", "The body could not be written to the data folder.");
  }

 private:
  void spill() {
    m_request.body_file = m_folder / ("body-" + core::random_uuid());
    m_file.open(m_request.body_file, std::ios::binary);
    m_file.write(m_request.body.data(), static_cast<std::streamsize>(m_request.body.size()));
    m_request.body.clear();
  }

  Request& m_request;
  const std::filesystem::path& m_folder;
  std::ofstream m_file;
};

/// The bytes of a connection, encrypted or not. It keeps the streams' templates out of the conversation: with both of
/// them in each of its steps this file took a minute to compile.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual asio::awaitable<std::size_t> read_some(asio::mutable_buffer into, boost::system::error_code& failure) = 0;
  virtual asio::awaitable<void> write(asio::const_buffer bytes) = 0;
  virtual beast::tcp_stream& lowest() = 0;
};

template <typename Stream>
class StreamWire final : public Wire {
 public:
  explicit StreamWire(Stream& stream) : m_stream(stream) {}

  asio::awaitable<std::size_t> read_some(asio::mutable_buffer into, boost::system::error_code& failure) override {
    co_return co_await m_stream.async_read_some(into, asio::redirect_error(asio::use_awaitable, failure));
  }

  asio::awaitable<void> write(asio::const_buffer bytes) override {
    co_await asio::async_write(m_stream, bytes, asio::use_awaitable);
  }

  beast::tcp_stream& lowest() override { return beast::get_lowest_layer(m_stream); }

 private:
  Stream& m_stream;
};

class Connection {
 public:
  Connection(Wire& wire, const ConnectionSettings& settings, const Handle& handle, PoolExecutor pool, Traffic& traffic)
      : m_wire(wire), m_settings(settings), m_handle(handle), m_pool(pool), m_traffic(traffic) {}

  asio::awaitable<bool> serve() {
    for (bool keep_alive = true; keep_alive && !m_traffic.stopping;) {
      Parser parser;
      parser.header_limit(k_largest_header);
      parser.body_limit(m_settings.largest_body);
      boost::system::error_code failure;
      while (!failure && !parser.is_header_done()) co_await parse_some(parser, failure);
      if (failure == bhttp::error::end_of_stream) co_return true;
      if (failure && failure.category() == bhttp::make_error_code(bhttp::error::end_of_stream).category()) {
        co_await refuse(failure);
        co_return true;
      }
      if (failure) co_return false;
      const Counted counted(m_traffic.busy);
      keep_alive = co_await exchange(parser);
    }
    co_return m_orderly;
  }

 private:
  void expire() { m_wire.lowest().expires_after(m_settings.idle_time); }

  // Gives the parser what is there already, or else what comes next.
  asio::awaitable<void> parse_some(Parser& parser, boost::system::error_code& failure) {
    if (m_buffer.size() > 0) {
      m_buffer.consume(parser.put(m_buffer.data(), failure));
      if (failure != bhttp::error::need_more) co_return;
      failure = {};
    }
    expire();
    m_buffer.commit(co_await m_wire.read_some(m_buffer.prepare(k_piece), failure));
    if (failure != asio::error::eof) co_return;
    failure = bhttp::error::end_of_stream;
    if (!parser.got_some()) co_return;
    failure = {};
    parser.put_eof(failure);  // of a message that ends here, or in its middle
  }

  // What is not HTTP, or too large, gets one last answer.
  asio::awaitable<void> refuse(const boost::system::error_code& failure) {
    const bool large = failure == bhttp::error::header_limit || failure == bhttp::error::body_limit;
    const int status = failure == bhttp::error::header_limit ? 431 : large ? 413 : 400;
    const Response response = error_response(status, large ? "RequestTooLarge" : "BadRequest",
                                             fmt::format("The request can't be read: {}.", failure.message()));
    co_await write(response, "GET", 11, false);
  }

  asio::awaitable<bool> exchange(Parser& parser) {
    Request request = head_of(parser);
    const TemporaryBody temporary{request};
    if (core::equals_ignoring_case(request.header("Expect"), "100-continue")) {
      constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await m_wire.write(asio::buffer(go_on));
    }
    boost::system::error_code failure;
    co_await read_body(parser, request, failure);
    if (failure) {
      co_await refuse(failure);
      co_return false;
    }
    m_wire.lowest().expires_never();
    const Response response = co_await asio::co_spawn(m_pool, run_handler(request), asio::use_awaitable);
    m_orderly = response.delivery == Delivery::whole;
    if (response.delivery == Delivery::reset) co_return false;
    const bool keep_alive = parser.get().keep_alive() && !m_traffic.stopping && m_orderly;
    co_await write(response, request.method, parser.get().version(), keep_alive);
    co_return keep_alive;
  }

  asio::awaitable<Response> run_handler(Request& request) { co_return m_handle(request); }

  asio::awaitable<void> read_body(Parser& parser, Request& request, boost::system::error_code& failure) {
    BodySink sink(request, m_settings.temporary_folder);
    parser.eager(true);
    std::vector<char> piece(k_piece);
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      co_await parse_some(parser, failure);
      if (failure == bhttp::error::need_buffer) failure = {};
      if (failure) co_return;
      sink.add({piece.data(), piece.size() - parser.get().body().size});
    }
    sink.finish();
  }

  asio::awaitable<void> write(const Response& response, const std::string& method, unsigned version, bool keep_alive) {
    const std::uint64_t size = response.file ? response.file->length : response.body.size();
    const std::string head = head_of(response, size, version, keep_alive);
    expire();
    co_await m_wire.write(asio::buffer(head));
    if (method == "HEAD") co_return;
    const std::uint64_t sent = response.delivery == Delivery::truncated ? size / 2 : size;
    if (response.file) {
      co_await write_file(*response.file, sent);
    } else {
      co_await m_wire.write(asio::buffer(response.body.data(), sent));
    }
  }

  asio::awaitable<void> write_file(const http::FileRange& range, std::uint64_t left) {
    std::ifstream file(range.file, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(range.offset));
    std::vector<char> piece(k_piece);
    while (left > 0) {
      file.read(piece.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(left, piece.size())));
      const auto count = static_cast<std::size_t>(file.gcount());
      if (count == 0) throw boost::system::system_error(asio::error::eof);  // it shrank; the client sees a short body
      expire();
      co_await m_wire.write(asio::buffer(piece.data(), count));
      left -= count;
    }
  }

  Wire& m_wire;
  const ConnectionSettings& m_settings;
  const Handle& m_handle;
  PoolExecutor m_pool;
  Traffic& m_traffic;
  beast::flat_buffer m_buffer;
  bool m_orderly = true;
};

}  // namespace

asio::awaitable<bool> serve_connection(beast::tcp_stream& stream, const ConnectionSettings& settings,
                                       const Handle& handle, PoolExecutor pool, Traffic& traffic) {
  StreamWire wire(stream);
  co_return co_await Connection(wire, settings, handle, pool, traffic).serve();
}

asio::awaitable<bool> serve_connection(beast::ssl_stream<beast::tcp_stream>& stream, const ConnectionSettings& settings,
                                       const Handle& handle, PoolExecutor pool, Traffic& traffic) {
  StreamWire wire(stream);
  co_return co_await Connection(wire, settings, handle, pool, traffic).serve();
}

}  // namespace mlops::emulator
