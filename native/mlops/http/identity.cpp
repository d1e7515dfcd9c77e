#include <mlops/core/hash.hpp>
#include <mlops/http/client.hpp>

namespace mlops::http {

namespace {

class RequestIdentity : public Transport {
 public:
  RequestIdentity(Transport& next, std::string user_agent) : m_next(next), m_user_agent(std::move(user_agent)) {}

  Response send(const Request& request) override {
    Request identified = request;
    if (!identified.headers.contains("User-Agent")) identified.headers.append("User-Agent", m_user_agent);
    if (!identified.headers.contains("x-ms-client-request-id")) {
      identified.headers.append("x-ms-client-request-id", core::random_uuid());
    }
    return m_next.send(identified);
  }

 private:
  Transport& m_next;
  std::string m_user_agent;
};

}  // namespace

std::unique_ptr<Transport> with_request_identity(Transport& next, std::string user_agent) {
  return std::make_unique<RequestIdentity>(next, std::move(user_agent));
}

}  // namespace mlops::http
