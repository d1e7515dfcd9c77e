#include <fmt/format.h>

#include <mlops/http/client.hpp>
#include <mlops/http/url.hpp>

namespace mlops::http {

namespace {

class Logging : public Transport {
 public:
  Logging(Transport& next, const core::Clock& clock, std::function<void(const std::string&)> log)
      : m_next(next), m_clock(clock), m_log(std::move(log)) {}

  Response send(const Request& request) override {
    const core::SystemTime start = m_clock.now();
    try {
      Response response = m_next.send(request);
      write(request, std::to_string(response.status), start);
      return response;
    } catch (const core::Error& error) {
      std::string reason = error.message();
      if (!reason.empty() && reason.back() == '.') reason.pop_back();
      write(request, reason, start);
      throw;
    }
  }

 private:
  void write(const Request& request, const std::string& result, core::SystemTime start) {
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - start);
    m_log(fmt::format("{} {} -> {} in {} ms", request.method, loggable(request.url), result, spent.count()));
  }

  Transport& m_next;
  const core::Clock& m_clock;
  std::function<void(const std::string&)> m_log;
};

}  // namespace

std::unique_ptr<Transport> with_logging(Transport& next, const core::Clock& clock,
                                        std::function<void(const std::string&)> log) {
  return std::make_unique<Logging>(next, clock, std::move(log));
}

}  // namespace mlops::http
