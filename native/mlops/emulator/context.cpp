#include <fmt/format.h>

#include <mlops/emulator/blob/sas.hpp>
#include <mlops/emulator/context.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator {

std::string Context::signed_blob_url(const std::string& container, const std::string& blob) const {
  constexpr auto k_lifetime = std::chrono::hours(8);
  return fmt::format("{}/{}/{}/{}?{}", base_url, k_storage_host, container, http::encode_path(blob),
                     service_sas(secrets.account_key, container, blob, "r", clock.now() + k_lifetime));
}

}  // namespace mlops::emulator
