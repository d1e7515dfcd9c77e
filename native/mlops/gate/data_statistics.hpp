#pragma once

#include <filesystem>
#include <mlops/gate/evaluate.hpp>
#include <set>
#include <string>
#include <vector>

namespace mlops::gate {

/// CSV files that together are one table.
using DataFiles = std::vector<std::filesystem::path>;

/// What is to be known of the columns beside their values.
struct DataColumns {
  std::set<std::string> ignored;   ///< left out of all but the counts of rows and columns
  std::vector<std::string> names;  ///< for files without a line of names; empty: their first line has them
};

/// What rules can say about data, as metrics: rows, columns, missing values, and of each column of numbers the range
/// and mean; with reference files also new rows, missing and added columns, and how far each column's distribution has
/// moved (population stability index). docs/gate-rules.md lists their names. The files are read in streams: memory
/// holds at most 10,000 values of a column. The same files give the same numbers. Throws core::Error "csv-invalid" with
/// file and line.
Metrics data_statistics(const DataFiles& data, const DataFiles& reference, const DataColumns& columns = {});

}  // namespace mlops::gate
