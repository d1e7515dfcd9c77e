#include <mlops/core/markdown.hpp>
#include <mlops_test/catch.hpp>

using mlops::core::markdown_text;

TEST_CASE("text from outside stays words of one line in Markdown") {
  CHECK(markdown_text("plain words, 3.5 & more") == "plain words, 3.5 & more");
  CHECK(markdown_text("auc_roc | *best*") == "auc\\_roc \\| \\*best\\*");
  CHECK(markdown_text("[x](https://elsewhere) `code`") == "\\[x\\](https://elsewhere) \\`code\\`");
  CHECK(markdown_text("<script>") == "&lt;script>");
  CHECK(markdown_text("a\\|b") == "a\\\\\\|b");
  CHECK(markdown_text("one\r\ntwo\n# three") == "one  two # three");
}
