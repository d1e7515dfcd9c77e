#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/curl_exchange.hpp>
#include <system_error>

namespace mlops::http {

namespace {

// Of an answer that goes into a sink only an error's body is kept, and no more of it than a person would read.
constexpr std::size_t k_most_error_body = std::size_t{1} << 20U;

core::Error unreadable(const FileRange& range, const std::string& why) {
  return {"file-unreadable", fmt::format("can't read \"{}\": {}.", range.file.string(), why)};
}

// Appending to a header list copies the text; null means out of memory.
void append(std::unique_ptr<curl_slist, FreeList>& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (!longer) throw std::bad_alloc();
  [[maybe_unused]] auto* const same = list.release();
  list.reset(longer);
}

}  // namespace

CurlExchange::CurlExchange(CURL* easy, const Request& request) : m_easy(easy), m_request(request) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_error_text.data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  set_method_and_body();
  set_headers();
}

void CurlExchange::set_method_and_body() {
  const std::string& method = m_request.method;
  if (method == "HEAD") {
    curl_easy_setopt(m_easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (const auto* range = std::get_if<FileRange>(&m_request.body)) {
    set_file_body(*range);
  } else {
    const auto& text = std::get<std::string>(m_request.body);
    // Azure answers 411 to a PUT or POST without Content-Length, an empty one included.
    const bool has_body = !text.empty() || method == "POST" || method == "PUT" || method == "PATCH";
    if (has_body) {
      curl_easy_setopt(m_easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(text.size()));
      curl_easy_setopt(m_easy, CURLOPT_POSTFIELDS, text.data());
    }
  }
  curl_easy_setopt(m_easy, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void CurlExchange::set_file_body(const FileRange& range) {
  try {
    m_file = core::FileHandle::open_to_read(range.file);
  } catch (const std::system_error& failure) {
    throw unreadable(range, failure.code().message());
  }
  curl_easy_setopt(m_easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(m_easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L * 1024L);
  curl_easy_setopt(m_easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(range.length));
  curl_easy_setopt(m_easy, CURLOPT_READFUNCTION, &CurlExchange::on_read);
  curl_easy_setopt(m_easy, CURLOPT_READDATA, this);
  curl_easy_setopt(m_easy, CURLOPT_SEEKFUNCTION, &CurlExchange::on_seek);
  curl_easy_setopt(m_easy, CURLOPT_SEEKDATA, this);
}

void CurlExchange::set_headers() {
  for (const auto& [name, value] : m_request.headers.fields()) {
    append(m_header_list, value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  // libcurl would wait a second for "100 Continue", and call every text body a form.
  append(m_header_list, "Expect:");
  if (!m_request.headers.contains("Content-Type")) append(m_header_list, "Content-Type:");
  curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_header_list.get());

  const bool partial = m_request.headers.contains("Range") || m_request.headers.contains("x-ms-range");
  if (!m_request.sink && !partial && m_request.method != "HEAD" && !m_request.headers.contains("Accept-Encoding")) {
    curl_easy_setopt(m_easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  }
}

std::size_t CurlExchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto* exchange = static_cast<CurlExchange*>(self);
  try {
    exchange->take_header({data, size * count});
  } catch (...) {
    exchange->m_thrown = std::current_exception();
    return 0;
  }
  return size * count;
}

// Every status line starts an answer anew: 100 Continue and the like come before the one that counts.
void CurlExchange::take_header(std::string_view line) {
  if (line.substr(0, 5) == "HTTP/") {
    m_response = Response();
    const auto blank = line.find(' ');
    if (blank != std::string_view::npos) m_response.status = std::atoi(std::string(line.substr(blank + 1, 3)).c_str());
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  m_response.headers.append(std::string(line.substr(0, colon)), std::string(core::trim(line.substr(colon + 1))));
}

std::size_t CurlExchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto* exchange = static_cast<CurlExchange*>(self);
  try {
    exchange->take_body({data, size * count});
  } catch (...) {
    exchange->m_thrown = std::current_exception();
    return size * count == 0 ? 1 : 0;
  }
  return size * count;
}

void CurlExchange::take_body(std::string_view piece) {
  if (m_request.sink && m_response.ok()) {
    m_request.sink(piece);
    return;
  }
  if (m_request.sink) piece = piece.substr(0, k_most_error_body - std::min(k_most_error_body, m_response.body.size()));
  m_response.body += piece;
}

std::size_t CurlExchange::on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
  auto* exchange = static_cast<CurlExchange*>(self);
  try {
    return exchange->read_body(buffer, size * count);
  } catch (...) {
    exchange->m_thrown = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

std::size_t CurlExchange::read_body(char* buffer, std::size_t size) {
  const auto& range = std::get<FileRange>(m_request.body);
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, range.length - m_sent));
  if (wanted == 0) return 0;
  std::size_t got = 0;
  try {
    got = m_file.read_at(range.offset + m_sent, buffer, wanted);
  } catch (const std::system_error& failure) {
    throw unreadable(range, failure.code().message());
  }
  if (got == 0) throw unreadable(range, "it became shorter while it was sent");
  m_sent += got;
  return got;
}

int CurlExchange::on_seek(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<CurlExchange*>(self)->m_sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

}  // namespace mlops::http
