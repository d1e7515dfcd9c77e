#pragma once

#include <cstddef>
#include <string>

namespace mlops::core {

/// Bytes that nobody can guess, from a generator seeded by the system. Throws Error "internal" when the system gives no
/// entropy.
std::string random_bytes(std::size_t size);

}  // namespace mlops::core
