#include <mlops/http/curl_handles.hpp>
#include <new>

namespace mlops::http {

namespace {

// libcurl's own state for the process; it counts its users, and nothing of ours is kept.
void initialize_library() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

CurlLane::CurlLane() {
  initialize_library();
  multi.reset(curl_multi_init());
  easy.reset(curl_easy_init());
  if (!multi || !easy) throw std::bad_alloc();
}

std::unique_ptr<CurlLane> CurlLanes::take() {
  {
    const std::lock_guard lock(m_mutex);
    if (!m_idle.empty()) {
      auto lane = std::move(m_idle.back());
      m_idle.pop_back();
      return lane;
    }
  }
  return std::make_unique<CurlLane>();
}

void CurlLanes::give_back(std::unique_ptr<CurlLane> lane) {
  curl_easy_reset(lane->easy.get());  // keeps connections, TLS sessions and resolved names
  const std::lock_guard lock(m_mutex);
  m_idle.push_back(std::move(lane));
}

}  // namespace mlops::http
