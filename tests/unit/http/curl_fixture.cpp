#include "curl_fixture.hpp"

#include <mlops_test/catch.hpp>

namespace mlops::test {

http::TransportError failure_of_sending(http::Transport& transport, const http::Request& request) {
  try {
    const http::Response response = transport.send(request);
    FAIL("the request was answered with " << response.status);
  } catch (const http::TransportError& error) {
    return error;
  }
  throw std::logic_error("not reached");
}

}  // namespace mlops::test
