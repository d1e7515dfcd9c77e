#include "table.hpp"

#include <mlops/core/text.hpp>

namespace mlops::test {

namespace {

namespace fs = std::filesystem;

std::string text_at(const boost::json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  return found ? std::string(found->as_string()) : std::string();
}

}  // namespace

ExpressionTable::ExpressionTable() {
  const auto folder = fs::path(MLOPS_FIXTURES) / "cases";
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != "contexts.yml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  m_files.push_back(document::Document::load(folder / "contexts.yml"));
  for (const auto& file : files) m_files.push_back(document::Document::load(file));
  const auto& seen = m_files.front().value().as_object();
  m_scope.contexts = &seen.at("contexts").as_object();
  for (const auto& [name, date] : seen.at("dates").as_object()) {
    const auto parts = core::split(std::string_view(name), '.');
    m_scope.typed.push_back({parts[0], parts[1], expression::DateTime::parse(date.as_string()).value()});
  }
  for (auto file = m_files.begin() + 1; file != m_files.end(); ++file) {
    for (const auto& each : file->value().as_array()) {
      const auto& group = each.as_object();
      for (const auto& row : group.at("cases").as_array()) {
        const auto& object = row.as_object();
        m_rows.push_back({text_at(group, "page"), text_at(group, "states"), text_at(object, "note"),
                          text_at(object, "expression"), &object});
      }
    }
  }
}

}  // namespace mlops::test
