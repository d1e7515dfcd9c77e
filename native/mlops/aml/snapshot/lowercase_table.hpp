#pragma once

#include <cstdint>
#include <vector>

namespace mlops::aml {

/// Code points from first to last, each `step` apart, whose lower case is `offset` away.
struct CaseRun {
  char32_t first;
  char32_t last;
  std::uint32_t step;
  std::int32_t offset;
};

struct CodeRange {
  char32_t first;
  char32_t last;
};

/// In ascending order, from U+0080 on.
const std::vector<CaseRun>& lowercase_runs();
/// Letters with a case, and what a word's end looks through: for the capital sigma, which ends a word as another
/// letter.
const std::vector<CodeRange>& cased_ranges();
const std::vector<CodeRange>& case_ignorable_ranges();

}  // namespace mlops::aml
