#include <algorithm>
#include <map>
#include <mlops/azure/token_source.hpp>
#include <mutex>

namespace mlops::azure {

namespace {

constexpr std::chrono::minutes k_renew_before_end{5};
constexpr std::chrono::seconds k_between_failed_renewals{30};
constexpr std::chrono::seconds k_least_life_left{60};

class CachingCredential : public Credential {
 public:
  CachingCredential(std::unique_ptr<TokenSource> source, agent::Services& services)
      : m_source(std::move(source)), m_services(services) {}

  // The lock is held while the token is fetched: other threads need the same one.
  core::Secret token(const std::string& resource) override {
    const std::lock_guard lock(m_mutex);
    const core::SystemTime now = m_services.clock.now();
    const auto known = m_tokens.find(resource);
    if (known != m_tokens.end() && now < known->second.renew_at) return known->second.token.value;
    try {
      Entry& entry = m_tokens[resource];
      entry.token = m_source->fetch(resource);
      entry.renew_at = renewal_of(entry.token, m_services.clock.now());
      return entry.token.value;
    } catch (const core::Cancelled&) {
      throw;
    } catch (const core::Error& error) {
      Entry& entry = m_tokens[resource];
      if (entry.token.value.empty() || now + k_least_life_left > entry.token.expires) {
        m_tokens.erase(resource);
        // Never as a TransportError: the retries around the request would take it for the request's own.
        throw core::Error(error.code(), error.message(), error.place(), error.hint());
      }
      m_services.log.debug(std::string("The access token could not be renewed yet: ") + error.what());
      entry.renew_at = now + k_between_failed_renewals;
      return entry.token.value;
    }
  }

  void forget(const std::string& resource) override {
    const std::lock_guard lock(m_mutex);
    m_tokens.erase(resource);
  }

 private:
  struct Entry {
    AccessToken token;
    core::SystemTime renew_at;
  };

  // A token that lives for less than ten minutes is renewed at half its life.
  static core::SystemTime renewal_of(const AccessToken& token, core::SystemTime now) {
    const core::SystemTime half = now + (token.expires - now) / 2;
    return std::max<core::SystemTime>(half, token.expires - k_renew_before_end);
  }

  std::unique_ptr<TokenSource> m_source;
  agent::Services& m_services;
  std::mutex m_mutex;
  std::map<std::string, Entry> m_tokens;  ///< by resource
};

}  // namespace

std::unique_ptr<Credential> caching_credential(std::unique_ptr<TokenSource> source, agent::Services& services) {
  return std::make_unique<CachingCredential>(std::move(source), services);
}

}  // namespace mlops::azure
