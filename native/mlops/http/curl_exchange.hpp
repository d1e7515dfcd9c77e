#pragma once

#include <curl/curl.h>

#include <array>
#include <exception>
#include <memory>
#include <mlops/core/file_handle.hpp>
#include <mlops/http/curl_handles.hpp>
#include <mlops/http/message.hpp>
#include <string>

namespace mlops::http {

/// One request on its way through an easy handle: the body as libcurl reads it, the answer as it comes in. The request
/// must outlive it. What a callback throws is kept, since nothing may be thrown through libcurl.
class CurlExchange {
 public:
  CurlExchange(CURL* easy, const Request& request);
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  /// The answer, after the transfer has ended well.
  Response take_response() { return std::move(m_response); }

  /// What a sink or a read of the body threw; null when nothing did.
  std::exception_ptr thrown() const { return m_thrown; }

  /// libcurl's own words for a failure.
  std::string error_text() const { return m_error_text.data(); }

 private:
  void set_method_and_body();
  void set_file_body(const FileRange& range);
  void set_headers();

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  void take_header(std::string_view line);
  void take_body(std::string_view piece);
  std::size_t read_body(char* buffer, std::size_t size);

  CURL* m_easy;
  const Request& m_request;
  std::unique_ptr<curl_slist, FreeList> m_header_list;
  core::FileHandle m_file;
  std::uint64_t m_sent = 0;
  Response m_response;
  std::exception_ptr m_thrown;
  std::array<char, CURL_ERROR_SIZE> m_error_text{};
};

}  // namespace mlops::http
