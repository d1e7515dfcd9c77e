#include <mbedtls/platform_util.h>

#include <mlops/core/secret.hpp>

namespace mlops::core {

Secret::~Secret() {
  mbedtls_platform_zeroize(m_value.data(), m_value.size());
}

}  // namespace mlops::core
