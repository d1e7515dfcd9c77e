#include <map>
#include <mlops/azure/session.hpp>
#include <mutex>

namespace mlops::azure {

namespace {

std::unique_ptr<http::Transport> retries_around(http::Transport& next, agent::Services& services) {
  return http::with_retries(next, services.clock, services.sleeper, services.cancellation, {},
                            [&services](const std::string& note) { services.log.info(note); });
}

/// The policies of one resource, the outermost last: a retried request gets its token anew, so that a long series of
/// repetitions never carries one that has ended.
struct Stack {
  std::unique_ptr<http::Transport> authorization;
  std::unique_ptr<http::Transport> retries;
};

}  // namespace

struct Session::Stacks {
  std::mutex mutex;
  std::map<std::string, Stack> by_resource;
  std::unique_ptr<http::Transport> anonymous;
};

Session::Session(agent::Services& services, const std::string& connection_id)
    : m_services(services),
      m_connection(agent::Connection::read(services.environment, connection_id)),
      m_cloud(cloud_of(m_connection)),
      m_credential(credential_of(m_connection, m_cloud, services)),
      m_stacks(std::make_unique<Stacks>()) {
  m_stacks->anonymous = retries_around(services.transport, services);
}

Session::~Session() = default;

http::Transport& Session::transport_for(const std::string& resource) {
  const std::lock_guard lock(m_stacks->mutex);
  Stack& stack = m_stacks->by_resource[resource];
  if (!stack.retries) {
    stack.authorization = with_authorization(m_services.transport, *m_credential, resource);
    stack.retries = retries_around(*stack.authorization, m_services);
  }
  return *stack.retries;
}

http::Transport& Session::anonymous() {
  return *m_stacks->anonymous;
}

}  // namespace mlops::azure
