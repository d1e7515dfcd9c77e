#include <openssl/crypto.h>

#include <mlops/core/secret.hpp>

namespace mlops::core {

Secret::~Secret() {
  OPENSSL_cleanse(m_value.data(), m_value.size());
}

}  // namespace mlops::core
