#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <mlops/gate/csv.hpp>
#include <mlops/gate/data_statistics.hpp>
#include <mlops/gate/distribution.hpp>

namespace mlops::gate {

namespace {

/// From this index on a column counts as drifted.
constexpr double k_drifted = 0.25;

struct Table {
  std::uint64_t rows = 0;
  std::vector<std::string> names;
  std::map<std::string, Column> columns;
};

using Counts = std::map<std::string, std::vector<std::uint64_t>>;

using See = std::function<void(const std::string& column, const std::string& field)>;

void read(const DataFiles& files, const DataColumns& columns, Table* table, const See& see) {
  std::vector<std::string> names;
  for (const auto& file : files) {
    CsvReader reader(file, columns.names);
    if (names.empty()) names = reader.columns();
    if (reader.columns() != names) {
      throw core::Error("csv-invalid", fmt::format("the columns are not those of \"{}\".", files.front().string()),
                        core::FilePlace{file.string(), 1}, "Files of one table have the same columns in one order.");
    }
    std::vector<std::string> record;
    while (reader.next(record)) {
      if (table) ++table->rows;
      for (std::size_t i = 0; i < names.size(); ++i) see(names[i], record[i]);
    }
  }
  if (table) table->names = names;
}

Table describe(const DataFiles& files, const DataColumns& columns) {
  Table table;
  read(files, columns, &table, [&](const std::string& name, const std::string& field) {
    if (columns.ignored.count(name) == 0) table.columns[name].add(field);
  });
  return table;
}

Counts count(const DataFiles& files, const DataColumns& columns, const std::map<std::string, Classes>& classes) {
  Counts counts;
  for (const auto& [name, of_column] : classes) counts[name].resize(of_column.size());
  read(files, columns, nullptr, [&](const std::string& name, const std::string& field) {
    const auto found = classes.find(name);
    if (found != classes.end()) ++counts[name][found->second.of(field)];
  });
  return counts;
}

void add_columns(Metrics& metrics, const Table& table) {
  double worst = 0;
  for (const auto& [name, column] : table.columns) {
    const double missing = 100.0 * static_cast<double>(column.missing()) / static_cast<double>(column.rows());
    worst = std::max(worst, missing);
    metrics["data.missing_percent." + name] = missing;
    if (!column.is_numeric()) continue;
    metrics["data.min." + name] = column.least();
    metrics["data.max." + name] = column.greatest();
    metrics["data.mean." + name] = column.mean();
  }
  metrics["data.rows"] = static_cast<double>(table.rows);
  metrics["data.columns"] = static_cast<double>(table.names.size());
  metrics["data.missing_percent"] = worst;
}

/// How many of the names are not among the others.
double absent(const std::vector<std::string>& names, const std::vector<std::string>& others) {
  return static_cast<double>(std::count_if(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(others.begin(), others.end(), name) == others.end();
  }));
}

void add_drift(Metrics& metrics, const DataFiles& data, const DataFiles& reference, const DataColumns& columns,
               const Table& table, const Table& before) {
  std::map<std::string, Classes> classes;
  for (const auto& [name, column] : before.columns) {
    Classes of_column(column);
    if (of_column.comparable() && table.columns.count(name) > 0) classes.emplace(name, std::move(of_column));
  }
  const Counts were = count(reference, columns, classes);
  const Counts are = count(data, columns, classes);
  double worst = 0;
  int drifted = 0;
  for (const auto& [name, counts] : were) {
    const double index = stability_index(counts, are.at(name));
    metrics["data.drift." + name] = index;
    worst = std::max(worst, index);
    if (index > k_drifted) ++drifted;
  }
  metrics["data.drift"] = worst;
  metrics["data.drifted_columns"] = drifted;
}

}  // namespace

Metrics data_statistics(const DataFiles& data, const DataFiles& reference, const DataColumns& columns) {
  Metrics metrics;
  const Table table = describe(data, columns);
  add_columns(metrics, table);
  if (reference.empty()) return metrics;
  const Table before = describe(reference, columns);
  metrics["data.new_rows"] = static_cast<double>(table.rows) - static_cast<double>(before.rows);
  metrics["data.missing_columns"] = absent(before.names, table.names);
  metrics["data.added_columns"] = absent(table.names, before.names);
  // Without a row nothing is known of the distributions: a rule about drift must not be met.
  if (table.rows > 0 && before.rows > 0) add_drift(metrics, data, reference, columns, table, before);
  return metrics;
}

}  // namespace mlops::gate
