#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <vector>

namespace mlops::http {

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// One transfer at a time, over connections that are kept for the next one: the multi handle owns the connections, the
/// easy handle the TLS sessions. Members end in the order that libcurl asks for.
struct CurlLane {
  CurlLane();
  std::unique_ptr<CURLM, FreeMulti> multi;
  std::unique_ptr<CURL, FreeEasy> easy;
};

/// Lends lanes to threads. The one that came back last is lent first: its connection is the warmest.
class CurlLanes {
 public:
  /// A lane for as long as this lives.
  class Loan {
   public:
    explicit Loan(CurlLanes& lanes) : m_lanes(lanes), m_lane(lanes.take()) {}

    ~Loan() { m_lanes.give_back(std::move(m_lane)); }

    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    CURLM* multi() const { return m_lane->multi.get(); }

    CURL* easy() const { return m_lane->easy.get(); }

   private:
    CurlLanes& m_lanes;
    std::unique_ptr<CurlLane> m_lane;
  };

 private:
  std::unique_ptr<CurlLane> take();
  void give_back(std::unique_ptr<CurlLane> lane);

  std::mutex m_mutex;
  std::vector<std::unique_ptr<CurlLane>> m_idle;
};

}  // namespace mlops::http
