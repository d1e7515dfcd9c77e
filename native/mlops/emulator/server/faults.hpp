#pragma once

#include <chrono>
#include <mlops/emulator/server/message.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mlops::emulator {

/// Faults injected on purpose, so that a client's behaviour under them can be tested.
///
/// One is written ROUTE:KIND[:TIMES], e.g. "put-job:503:2". ROUTE is a route's name or "*". KIND is an HTTP status,
/// which answers with Azure's error format and, for 429 and 503, Retry-After: 1; "reset" (the connection ends without
/// an answer after the request was carried out), "truncated" (half of the answer's body, then the end of the
/// connection), "slow" (two seconds' wait) or "lost" (carried out, but answered 500). TIMES is how often it strikes; 1
/// by default.
class Faults {
 public:
  /// Throws core::Error "fault-invalid" that lists what is possible.
  static void check(const std::string& text, const std::vector<std::string>& routes);

  explicit Faults(const std::vector<std::string>& faults);

  struct Strike {
    int status = 0;  ///< answer this at once instead of calling the handler
    bool lost = false;
    std::chrono::milliseconds wait{0};
    Delivery delivery = Delivery::whole;
  };

  /// The fault for this request, if one is left; counts it.
  std::optional<Strike> next(const std::string& route);

 private:
  struct Fault {
    std::string route;
    Strike strike;
    int left = 1;
  };

  static Fault parse(const std::string& text);

  std::mutex m_mutex;
  std::vector<Fault> m_faults;
};

}  // namespace mlops::emulator
