#pragma once
// The same includes for Catch2 version 2 and version 3.

#ifdef MLOPS_CATCH2_V3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>

namespace Catch::Matchers {
using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;

inline auto ContainsSubstring(const std::string& text) {
  return Catch::Contains(text);
}
}  // namespace Catch::Matchers
#endif
