#include <mlops_test/catch.hpp>
#include <random>

#include "table.hpp"

using namespace mlops;
using namespace mlops::expression;

namespace {

constexpr int k_changes_per_row = 40;
constexpr std::string_view k_characters = "'\"()[]{},.*-+0129aexTF_ \t\n$\x80\xC3\xA9\xF0";

/// Changes texts at random, the same way in each run.
class Mutation {
 public:
  std::string of(std::string text, const std::string& other) {
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
      const auto at = below(text.size() + 1);
      switch (below(4)) {
        case 0:
          text.insert(at, 1, k_characters[below(k_characters.size())]);
          break;
        case 1:
          text.erase(at, 1 + below(3));
          break;
        case 2:
          text = text.substr(0, at) + other.substr(below(other.size() + 1));
          break;
        default:
          text.insert(at, text.substr(0, below(text.size() + 1)));
      }
    }
    return text;
  }

  std::size_t below(std::size_t limit) { return m_engine() % limit; }

 private:
  std::mt19937 m_engine{20'26};
};

}  // namespace

TEST_CASE("whatever is written, an expression has a value or is an error of its own kind") {
  const test::ExpressionTable table;
  const auto& rows = table.rows();
  Mutation mutation;
  std::size_t values = 0;
  for (const auto& row : rows) {
    for (int i = 0; i < k_changes_per_row; ++i) {
      const auto text = mutation.of(row.expression, rows[mutation.below(rows.size())].expression);
      INFO(text);
      try {
        const auto value = evaluate(parse(text), table.scope());
        CHECK((value.structured() || value.to_text()));
        ++values;
      } catch (const core::Error& error) {
        CHECK(error.code().starts_with("expression-"));
      }
    }
  }
  CHECK(values > rows.size());
}
