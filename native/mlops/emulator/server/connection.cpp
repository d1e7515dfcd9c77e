#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
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

template <typename Stream>
class Connection {
 public:
  Connection(Stream& stream, const ConnectionSettings& settings, const Handle& handle, PoolExecutor pool,
             Traffic& traffic)
      : m_stream(stream), m_settings(settings), m_handle(handle), m_pool(pool), m_traffic(traffic) {}

  asio::awaitable<bool> serve() {
    for (bool keep_alive = true; keep_alive && !m_traffic.stopping;) {
      Parser parser;
      parser.header_limit(k_largest_header);
      parser.body_limit(m_settings.largest_body);
      boost::system::error_code failure;
      expire();
      co_await bhttp::async_read_header(m_stream, m_buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
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
  void expire() { beast::get_lowest_layer(m_stream).expires_after(m_settings.idle_time); }

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
      bhttp::response<bhttp::empty_body> go_on(bhttp::status::continue_, parser.get().version());
      co_await bhttp::async_write(m_stream, go_on, asio::use_awaitable);
    }
    boost::system::error_code failure;
    co_await read_body(parser, request, failure);
    if (failure) {
      co_await refuse(failure);
      co_return false;
    }
    beast::get_lowest_layer(m_stream).expires_never();
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
    std::vector<char> piece(k_piece);
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      expire();
      co_await bhttp::async_read(m_stream, m_buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
      if (failure == bhttp::error::need_buffer) failure = {};
      if (failure) co_return;
      sink.add({piece.data(), piece.size() - parser.get().body().size});
    }
    sink.finish();
  }

  asio::awaitable<void> write(const Response& response, const std::string& method, unsigned version, bool keep_alive) {
    const std::uint64_t size = response.file ? response.file->length : response.body.size();
    bhttp::response<bhttp::empty_body> head;
    head.result(static_cast<unsigned>(response.status));
    head.version(version);
    head.set(bhttp::field::server, "aml-emulator");
    for (const auto& [name, value] : response.headers.fields()) head.insert(name, value);
    if (response.status != 204 && response.status != 304 && !head.count(bhttp::field::content_length)) {
      head.content_length(size);
    }
    head.keep_alive(keep_alive);
    bhttp::response_serializer<bhttp::empty_body> serializer(head);
    expire();
    co_await bhttp::async_write_header(m_stream, serializer, asio::use_awaitable);
    if (method == "HEAD") co_return;
    const std::uint64_t sent = response.delivery == Delivery::truncated ? size / 2 : size;
    if (response.file) {
      co_await write_file(*response.file, sent);
    } else {
      co_await asio::async_write(m_stream, asio::buffer(response.body.data(), sent), asio::use_awaitable);
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
      co_await asio::async_write(m_stream, asio::buffer(piece.data(), count), asio::use_awaitable);
      left -= count;
    }
  }

  Stream& m_stream;
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
  Connection<beast::tcp_stream> connection(stream, settings, handle, pool, traffic);
  co_return co_await connection.serve();
}

asio::awaitable<bool> serve_connection(beast::ssl_stream<beast::tcp_stream>& stream, const ConnectionSettings& settings,
                                       const Handle& handle, PoolExecutor pool, Traffic& traffic) {
  Connection<beast::ssl_stream<beast::tcp_stream>> connection(stream, settings, handle, pool, traffic);
  co_return co_await connection.serve();
}

}  // namespace mlops::emulator
