#pragma once
// The table of the language: what the documentation states, and expressions that show it. cases/*.yml hold it; each
// group of rows names its page below https://learn.microsoft.com/azure/devops/pipelines/process/.

#include <mlops/document/document.hpp>
#include <mlops/expression/evaluate.hpp>
#include <string>
#include <vector>

namespace mlops::test {

struct ExpressionRow {
  std::string page;
  std::string states;
  std::string note;
  std::string expression;
  const boost::json::object* expected;  ///< "gives", "text", "kind" or "error"
};

class ExpressionTable {
 public:
  ExpressionTable();

  const std::vector<ExpressionRow>& rows() const { return m_rows; }

  const expression::Scope& scope() const { return m_scope; }

 private:
  std::vector<document::Document> m_files;
  std::vector<ExpressionRow> m_rows;
  expression::Scope m_scope;
};

}  // namespace mlops::test
