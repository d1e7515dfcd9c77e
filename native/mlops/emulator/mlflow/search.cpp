#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <mlops/core/text.hpp>
#include <mlops/emulator/mlflow/search.hpp>
#include <mlops/emulator/mlflow/wire.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_prompt_tag = "mlflow.prompt.is_prompt";

MlflowError invalid(const std::string& message) {
  return {"INVALID_PARAMETER_VALUE", message};
}

std::string entity_of(const std::string& word) {
  for (const auto& [entity, aliases] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"metrics", {"metric", "metrics"}},
           {"params", {"param", "params", "parameter", "parameters"}},
           {"tags", {"tag", "tags"}},
           {"attributes", {"attribute", "attributes", "attr", "run"}}}) {
    if (std::find(aliases.begin(), aliases.end(), word) != aliases.end()) return entity;
  }
  throw invalid(fmt::format(
      "Invalid entity type '{}'. Valid entity types are ['metric', 'parameter', 'tag', 'attribute'].", word));
}

std::string attribute_name(std::string key) {
  const std::map<std::string, std::string> k_aliases{
      {"Created", "start_time"}, {"run_name", "run_name"}, {"Run name", "run_name"}, {"run name", "run_name"},
      {"status", "status"},      {"run_uuid", "run_id"},   {"created", "start_time"}};
  const auto found = k_aliases.find(key);
  return found == k_aliases.end() ? key : found->second;
}

// "metrics.`a b`" as entity and key; a key alone is an attribute.
std::pair<std::string, std::string> field_of(const std::string& text) {
  const auto dot = text.find('.');
  std::string entity = "attributes";
  std::string key = text;
  if (dot != std::string::npos && text.front() != '`' && text.front() != '"') {
    entity = entity_of(text.substr(0, dot));
    key = text.substr(dot + 1);
  }
  const bool quoted = key.size() >= 2 && (key.front() == '`' || key.front() == '"') && key.back() == key.front();
  if (quoted) key = key.substr(1, key.size() - 2);
  if (key.empty()) throw invalid(fmt::format("'{}' names nothing to compare.", text));
  return {entity, entity == "attributes" ? attribute_name(key) : key};
}

std::optional<double> as_number(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return std::nullopt;
  return number;
}

std::string to_text(double number) {
  return fmt::format("{}", number);
}

std::optional<std::string> attribute_of(const Run& run, const std::string& key) {
  if (key == "run_id") return run.id;
  if (key == "run_name") return run.name;
  if (key == "status") return run.status;
  if (key == "user_id") return run.user;
  if (key == "artifact_uri") return artifact_uri(run.id);
  if (key == "start_time") return std::to_string(run.start);
  if (key == "end_time") return run.end ? std::optional(std::to_string(run.end)) : std::nullopt;
  throw invalid(
      fmt::format("Invalid attribute key '{}' specified. Valid keys are ['artifact_uri', 'end_time', 'run_id', "
                  "'run_name', 'start_time', 'status', 'user_id'].",
                  key));
}

std::optional<std::string> lookup(const std::map<std::string, std::string>& texts, const std::string& key) {
  const auto found = texts.find(key);
  return found == texts.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> value_of(const Run& run, const std::string& entity, const std::string& key) {
  if (entity == "params") return lookup(run.parameters, key);
  if (entity == "tags") return lookup(run.tags, key);
  if (entity == "attributes") return attribute_of(run, key);
  for (const auto& metric : run.metrics) {
    if (metric.key == key) return to_text(metric.value);
  }
  return std::nullopt;
}

}  // namespace

/// Reads a filter from left to right.
class FilterParser {
 public:
  explicit FilterParser(const std::string& text) : m_text(text) {}

  Filter read() {
    Filter filter;
    skip_blanks();
    while (m_at < m_text.size()) {
      filter.m_clauses.push_back(read_clause());
      skip_blanks();
      if (m_at == m_text.size()) break;
      const std::string word = core::to_lower(read_word());
      if (word != "and") throw wrong("AND is the only way to join clauses");
      skip_blanks();
      if (m_at == m_text.size()) throw wrong("a clause is missing behind AND");
    }
    return filter;
  }

 private:
  MlflowError wrong(const std::string& what) const {
    return invalid(fmt::format("Invalid filter string '{}' at position {}: {}.", m_text, m_at + 1, what));
  }

  void skip_blanks() {
    while (m_at < m_text.size() && std::isspace(static_cast<unsigned char>(m_text[m_at])) != 0) ++m_at;
  }

  std::string read_word() {
    const std::size_t begin = m_at;
    while (m_at < m_text.size() && std::isalpha(static_cast<unsigned char>(m_text[m_at])) != 0) ++m_at;
    return m_text.substr(begin, m_at - begin);
  }

  std::string read_field() {
    const std::size_t begin = m_at;
    char quote = 0;
    for (; m_at < m_text.size(); ++m_at) {
      const char c = m_text[m_at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '`' || c == '"') {
        quote = c;
      } else if (std::isspace(static_cast<unsigned char>(c)) != 0 ||
                 std::string_view("<>=!").find(c) != std::string_view::npos) {
        break;
      }
    }
    if (begin == m_at) throw wrong("a field such as metrics.accuracy is expected");
    return m_text.substr(begin, m_at - begin);
  }

  std::string read_comparison() {
    for (const char* symbol : {"!=", "<=", ">=", "=", "<", ">"}) {
      if (m_text.compare(m_at, std::strlen(symbol), symbol) == 0) {
        m_at += std::strlen(symbol);
        return symbol;
      }
    }
    std::string word = core::to_upper(read_word());
    if (word == "NOT") {
      skip_blanks();
      word += ' ' + core::to_upper(read_word());
    }
    if (word == "LIKE" || word == "ILIKE" || word == "IN" || word == "NOT IN") return word;
    throw wrong("a comparison (=, !=, <, <=, >, >=, LIKE, ILIKE, IN) is expected");
  }

  std::string read_value(bool& is_number) {
    const char quote = m_at < m_text.size() ? m_text[m_at] : '\0';
    if (quote == '\'' || quote == '"') {
      const auto end = m_text.find(quote, m_at + 1);
      if (end == std::string::npos) throw wrong("the quotation mark is not closed");
      std::string value = m_text.substr(m_at + 1, end - m_at - 1);
      m_at = end + 1;
      return value;
    }
    const std::size_t begin = m_at;
    while (m_at < m_text.size() && (std::isalnum(static_cast<unsigned char>(m_text[m_at])) != 0 ||
                                    std::string_view("+-.").find(m_text[m_at]) != std::string_view::npos)) {
      ++m_at;
    }
    std::string value = m_text.substr(begin, m_at - begin);
    is_number = as_number(value).has_value();
    if (!is_number) throw wrong("a number or a quoted text is expected");
    return value;
  }

  Filter::Clause read_clause() {
    Filter::Clause clause;
    std::tie(clause.entity, clause.key) = field_of(read_field());
    skip_blanks();
    clause.comparison = read_comparison();
    skip_blanks();
    const bool list = clause.comparison.ends_with("IN");
    if (list && (m_at == m_text.size() || m_text[m_at++] != '(')) throw wrong("a list in parentheses is expected");
    do {
      skip_blanks();
      clause.values.push_back(read_value(clause.is_number));
      skip_blanks();
    } while (list && m_at < m_text.size() && m_text[m_at] == ',' && ++m_at);
    if (list && (m_at == m_text.size() || m_text[m_at++] != ')')) throw wrong("the list is not closed");
    if (clause.entity == "metrics" && !clause.is_number) throw wrong("metrics are compared with numbers");
    return clause;
  }

  const std::string& m_text;
  std::size_t m_at = 0;
};

Filter Filter::parse(const std::string& text) {
  return FilterParser(text).read();
}

bool Filter::holds(const Clause& clause, const std::optional<std::string>& value) {
  const std::string& comparison = clause.comparison;
  // Clients exclude prompts so; models without the tag are none.
  if (!value) return clause.key == k_prompt_tag && comparison == "!=";
  const std::string& wanted = clause.values.front();
  if (comparison == "LIKE" || comparison == "ILIKE") return is_like(wanted, *value, comparison == "ILIKE");
  if (comparison.ends_with("IN")) {
    const bool among = std::find(clause.values.begin(), clause.values.end(), *value) != clause.values.end();
    return among == (comparison == "IN");
  }
  const auto compare = [&](const auto& a, const auto& b) {
    if (comparison == "=") return a == b;
    if (comparison == "!=") return a != b;
    if (comparison == "<") return a < b;
    if (comparison == "<=") return a <= b;
    return comparison == ">" ? a > b : a >= b;
  };
  const auto left = clause.is_number ? as_number(*value) : std::nullopt;
  return left ? compare(*left, *as_number(wanted)) : compare(*value, wanted);
}

bool Filter::accepts(const Run& run) const {
  return std::all_of(m_clauses.begin(), m_clauses.end(),
                     [&](const Clause& clause) { return holds(clause, value_of(run, clause.entity, clause.key)); });
}

bool Filter::accepts(const Experiment& experiment) const {
  return accepts({{"name", experiment.name},
                  {"creation_time", std::to_string(experiment.created)},
                  {"last_update_time", std::to_string(experiment.updated)}},
                 experiment.tags);
}

bool Filter::accepts(const std::map<std::string, std::string>& attributes,
                     const std::map<std::string, std::string>& tags) const {
  return std::all_of(m_clauses.begin(), m_clauses.end(), [&](const Clause& clause) {
    return holds(clause, lookup(clause.entity == "tags" ? tags : attributes, clause.key));
  });
}

bool is_like(std::string_view pattern, std::string_view text, bool ignore_case) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '%') {
    return is_like(pattern.substr(1), text, ignore_case) ||
           (!text.empty() && is_like(pattern, text.substr(1), ignore_case));
  }
  if (text.empty()) return false;
  const auto folded = [&](char c) {
    return ignore_case ? std::tolower(static_cast<unsigned char>(c)) : static_cast<unsigned char>(c);
  };
  const bool same = pattern.front() == '_' || folded(pattern.front()) == folded(text.front());
  return same && is_like(pattern.substr(1), text.substr(1), ignore_case);
}

bool in_view(const std::string& view_type, const std::string& lifecycle) {
  if (view_type == "ALL") return true;
  return lifecycle == (view_type == "DELETED_ONLY" ? "deleted" : "active");
}

void sort_runs(std::vector<Run>& runs, const std::vector<std::string>& order_by) {
  std::stable_sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.start > b.start; });
  for (auto term = order_by.rbegin(); term != order_by.rend(); ++term) {
    const std::string text(core::trim(*term));
    const auto blank = text.rfind(' ');
    const std::string direction = blank == std::string::npos ? "" : core::to_upper(text.substr(blank + 1));
    const bool descending = direction == "DESC";
    const auto [entity, key] = field_of(descending || direction == "ASC" ? text.substr(0, blank) : text);
    // Runs without the value come last, whatever the direction.
    std::stable_sort(runs.begin(), runs.end(), [&, entity = entity, key = key](const Run& a, const Run& b) {
      const auto left = value_of(a, entity, key);
      const auto right = value_of(b, entity, key);
      if (!left || !right) return left.has_value() && !right.has_value();
      const auto left_number = as_number(*left);
      const auto right_number = as_number(*right);
      if (left_number && right_number) return descending ? *left_number > *right_number : *left_number < *right_number;
      return descending ? *left > *right : *left < *right;
    });
  }
}

}  // namespace mlops::emulator
