#include <mlops/runner/tasks/test_counts.hpp>

namespace mlops::runner {

namespace {

// The name of the element whose tag starts at the '<'; "/x" for an end tag.
std::string_view tag_name(std::string_view xml, std::size_t start) {
  const auto end = xml.find_first_of(" \t\r\n/>", start + (xml.substr(start).starts_with("</") ? 2 : 1));
  return xml.substr(start + 1, end == std::string_view::npos ? end : end - start - 1);
}

// Where a comment or a CDATA section that starts here ends; the position itself for anything else.
std::size_t skip_text(std::string_view xml, std::size_t start) {
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"<!--", "-->"}, {"<![CDATA[", "]]>"}}) {
    if (!xml.substr(start).starts_with(open)) continue;
    const auto end = xml.find(close, start);
    return end == std::string_view::npos ? xml.size() : end + close.size();
  }
  return start;
}

}  // namespace

TestCounts& TestCounts::operator+=(const TestCounts& other) {
  tests += other.tests;
  failed += other.failed;
  skipped += other.skipped;
  return *this;
}

TestCounts count_tests(std::string_view xml) {
  TestCounts counts;
  bool counted = true;  // a case counts as failed or skipped once
  for (auto start = xml.find('<'); start != std::string_view::npos; start = xml.find('<', start)) {
    if (const auto end = skip_text(xml, start); end != start) {
      start = end;
      continue;
    }
    const auto name = tag_name(xml, start);
    if (name == "testcase") {
      ++counts.tests;
      counted = false;
    } else if (!counted && (name == "failure" || name == "error" || name == "skipped")) {
      ++(name == "skipped" ? counts.skipped : counts.failed);
      counted = true;
    } else if (name == "/testcase") {
      counted = true;
    }
    ++start;
  }
  return counts;
}

}  // namespace mlops::runner
