#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include <algorithm>
#include <mlops/core/error.hpp>
#include <mlops/core/random.hpp>

namespace mlops::core {

namespace {

/// Seeded for each use: what is asked for is small and seldom, and nothing is shared between threads.
class Generator {
 public:
  Generator() {
    mbedtls_entropy_init(&m_entropy);
    mbedtls_ctr_drbg_init(&m_generator);
    if (mbedtls_ctr_drbg_seed(&m_generator, mbedtls_entropy_func, &m_entropy, nullptr, 0) != 0) fail();
  }

  ~Generator() {
    mbedtls_ctr_drbg_free(&m_generator);
    mbedtls_entropy_free(&m_entropy);
  }

  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  void fill(char* bytes, std::size_t size) {
    if (mbedtls_ctr_drbg_random(&m_generator, reinterpret_cast<unsigned char*>(bytes), size) != 0) fail();
  }

 private:
  [[noreturn]] static void fail() { throw Error("internal", "the system gives no random numbers."); }

  mbedtls_entropy_context m_entropy;
  mbedtls_ctr_drbg_context m_generator;
};

}  // namespace

std::string random_bytes(std::size_t size) {
  constexpr std::size_t k_most_at_once = MBEDTLS_CTR_DRBG_MAX_REQUEST;
  std::string bytes(size, '\0');
  Generator generator;
  for (std::size_t done = 0; done < size; done += k_most_at_once) {
    generator.fill(bytes.data() + done, std::min(k_most_at_once, size - done));
  }
  return bytes;
}

}  // namespace mlops::core
