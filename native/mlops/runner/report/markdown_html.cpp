#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/runner/report/markdown_html.hpp>

namespace mlops::runner {

namespace {

// What stands between two marks of that kind at the start of the text; the position after the second one, or 0.
std::size_t enclosed(std::string_view text, std::string_view mark) {
  if (!text.starts_with(mark)) return 0;
  const auto end = text.find(mark, mark.size());
  return end == std::string_view::npos || end == mark.size() ? 0 : end + mark.size();
}

std::string inline_html(std::string_view text);

// [label](https://...) at the start of the text; the position after it, or 0. Other schemes stay text.
std::size_t link(std::string_view text, std::string& html) {
  const auto middle = text.find("](http");
  if (!text.starts_with('[') || middle == std::string_view::npos || text.find('\n') < middle) return 0;
  const auto end = text.find(')', middle);
  if (end == std::string_view::npos) return 0;
  html += fmt::format("<a rel=\"noreferrer\" href=\"{}\">{}</a>", html_text(text.substr(middle + 2, end - middle - 2)),
                      inline_html(text.substr(1, middle - 1)));
  return end + 1;
}

std::string inline_html(std::string_view text) {
  std::string html;
  while (!text.empty()) {
    std::size_t used = 0;
    if (text.front() == '\\' && text.size() > 1) {
      html += html_text(text.substr(1, 1));
      used = 2;
    } else if ((used = enclosed(text, "`")) != 0) {
      html += fmt::format("<code>{}</code>", html_text(text.substr(1, used - 2)));
    } else if ((used = enclosed(text, "**")) != 0) {
      html += fmt::format("<strong>{}</strong>", inline_html(text.substr(2, used - 4)));
    } else if ((used = link(text, html)) == 0) {
      html += html_text(text.substr(0, 1));
      used = 1;
    }
    text.remove_prefix(used);
  }
  return html;
}

// The cells of "| a | b |"; an escaped bar is no border.
std::vector<std::string> cells_of(std::string_view row) {
  row = core::trim(row);
  if (row.starts_with('|')) row.remove_prefix(1);
  std::vector<std::string> cells(1);
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size()) {
      cells.back() += row.substr(i++, 2);
    } else if (row[i] == '|') {
      cells.emplace_back();
    } else {
      cells.back() += row[i];
    }
  }
  if (core::trim(cells.back()).empty()) cells.pop_back();
  return cells;
}

bool is_table_rule(std::string_view line) {
  return line.find('-') != std::string_view::npos && line.find('|') != std::string_view::npos &&
         core::trim(line).find_first_not_of("|-: ") == std::string_view::npos;
}

std::string row_html(std::string_view line, std::string_view element) {
  std::string html = "<tr>";
  for (const auto& cell : cells_of(line)) html += fmt::format("<{0}>{1}</{0}>", element, inline_html(core::trim(cell)));
  return html + "</tr>\n";
}

/// Goes over the lines, a block at a time.
class Blocks {
 public:
  explicit Blocks(std::string_view text) : m_lines(core::split(text, '\n')) {}

  std::string html() {
    while (m_next < m_lines.size()) block();
    return std::move(m_html);
  }

 private:
  std::string_view line() const { return core::trim(m_lines[m_next]); }

  bool more() const { return m_next < m_lines.size(); }

  bool is_item() const { return line().starts_with("- ") || line().starts_with("* "); }

  void block() {
    if (line().empty()) {
      ++m_next;
    } else if (line().starts_with("```")) {
      code();
    } else if (line().starts_with('#')) {
      heading();
    } else if (m_next + 1 < m_lines.size() && is_table_rule(m_lines[m_next + 1])) {
      table();
    } else if (is_item()) {
      list();
    } else {
      paragraph();
    }
  }

  void code() {
    m_html += "<pre>";
    for (++m_next; more() && !line().starts_with("```"); ++m_next) m_html += html_text(m_lines[m_next]) + '\n';
    m_html += "</pre>\n";
    ++m_next;
  }

  void heading() {
    const auto level = std::min<std::size_t>(line().find_first_not_of('#'), 6);
    const auto text = level < line().size() ? core::trim(line().substr(level)) : std::string_view();
    // A summary stands below headings of the page itself.
    m_html += fmt::format("<h{0}>{1}</h{0}>\n", std::min<std::size_t>(level + 2, 6), inline_html(text));
    ++m_next;
  }

  void table() {
    m_html += "<table>\n" + row_html(line(), "th");
    for (m_next += 2; more() && line().find('|') != std::string_view::npos; ++m_next) m_html += row_html(line(), "td");
    m_html += "</table>\n";
  }

  void list() {
    m_html += "<ul>\n";
    for (; more() && is_item(); ++m_next) m_html += fmt::format("<li>{}</li>\n", inline_html(line().substr(2)));
    m_html += "</ul>\n";
  }

  void paragraph() {
    std::string text;
    for (; more() && !line().empty() && !line().starts_with('#'); ++m_next) text += m_lines[m_next] + '\n';
    m_html += fmt::format("<p>{}</p>\n", inline_html(core::trim(text)));
  }

  std::vector<std::string> m_lines;
  std::size_t m_next = 0;
  std::string m_html;
};

}  // namespace

std::string html_text(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string markdown_html(std::string_view markdown) {
  return Blocks(core::replace_all(std::string(markdown), "\r", "")).html();
}

}  // namespace mlops::runner
