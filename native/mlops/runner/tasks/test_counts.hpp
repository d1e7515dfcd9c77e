#pragma once

#include <string_view>

namespace mlops::runner {

struct TestCounts {
  std::size_t tests = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;

  TestCounts& operator+=(const TestCounts& other);
};

/// Counts the test cases of a JUnit file, and those that hold a failure, an error or a skip.
TestCounts count_tests(std::string_view xml);

}  // namespace mlops::runner
