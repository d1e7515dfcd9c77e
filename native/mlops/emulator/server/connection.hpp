#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mlops/emulator/server/message.hpp>

namespace mlops::emulator {

struct ConnectionSettings {
  std::filesystem::path temporary_folder;
  std::uint64_t largest_body = 0;
  std::chrono::seconds idle_time{120};
};

/// What the server knows of all its connections.
struct Traffic {
  std::atomic<int> busy = 0;           ///< requests between their header and the end of their answer
  std::atomic<bool> stopping = false;  ///< answers say Connection: close
};

using PoolExecutor = boost::asio::thread_pool::executor_type;

/// Answers the requests of one connection until either side ends it; true when it ended in good order. `handle` runs on
/// the pool. Throws boost::system::system_error when the connection breaks.
boost::asio::awaitable<bool> serve_connection(boost::beast::tcp_stream& stream, const ConnectionSettings& settings,
                                              const std::function<Response(Request&)>& handle, PoolExecutor pool,
                                              Traffic& traffic);
boost::asio::awaitable<bool> serve_connection(boost::beast::ssl_stream<boost::beast::tcp_stream>& stream,
                                              const ConnectionSettings& settings,
                                              const std::function<Response(Request&)>& handle, PoolExecutor pool,
                                              Traffic& traffic);

}  // namespace mlops::emulator
