#include <mlops/azure/credential.hpp>

namespace mlops::azure {

namespace {

class Authorization : public http::Transport {
 public:
  Authorization(http::Transport& next, Credential& credential, std::string resource)
      : m_next(next), m_credential(credential), m_resource(std::move(resource)) {}

  http::Response send(const http::Request& request) override {
    http::Request authorized = request;
    http::Response response = send_once(authorized);
    if (response.status != 401) return response;
    m_credential.forget(m_resource);
    return send_once(authorized);
  }

 private:
  http::Response send_once(http::Request& request) {
    request.headers.set("Authorization", "Bearer " + m_credential.token(m_resource).reveal());
    return m_next.send(request);
  }

  http::Transport& m_next;
  Credential& m_credential;
  std::string m_resource;
};

}  // namespace

std::unique_ptr<http::Transport> with_authorization(http::Transport& next, Credential& credential,
                                                    std::string resource) {
  return std::make_unique<Authorization>(next, credential, std::move(resource));
}

}  // namespace mlops::azure
