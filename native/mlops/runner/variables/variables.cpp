#include <algorithm>
#include <mlops/core/text.hpp>
#include <mlops/runner/variables/variables.hpp>
#include <set>

namespace mlops::runner {

namespace {

constexpr std::size_t k_deepest = 50;         // the agent's limit for variables made of variables
constexpr std::size_t k_longest = 1'000'000;  // each of a chain may double the one before

// The names between "$(" and ")", in lower case.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (auto start = text.find("$("); start != std::string_view::npos; start = text.find("$(", start + 2)) {
    const auto end = text.find(')', start);
    if (end == std::string_view::npos) break;
    names.push_back(core::to_lower(text.substr(start + 2, end - start - 2)));
  }
  return names;
}

}  // namespace

std::string environment_name(std::string_view name) {
  std::string result = core::to_upper(name);
  for (char& c : result) {
    if (c == '.' || c == ' ') c = '_';
  }
  return result;
}

const Variable* Variables::find(std::string_view name) const {
  const auto found = m_values.find(core::to_lower(name));
  return found == m_values.end() ? nullptr : &found->second;
}

std::string Variables::get(std::string_view name) const {
  const auto* variable = find(name);
  return variable ? variable->value : std::string();
}

bool Variables::set(Variable variable) {
  if (const auto* before = find(variable.name)) {
    if (before->read_only) return false;
    variable.secret = variable.secret || before->secret;
    variable.name = before->name;
  }
  provide(std::move(variable));
  return true;
}

void Variables::provide(Variable variable) {
  const auto key = core::to_lower(variable.name);
  m_written.insert_or_assign(key, variable);
  m_values.insert_or_assign(key, std::move(variable));
}

std::vector<Variable> Variables::all() const {
  std::vector<Variable> result;
  for (const auto& [key, variable] : m_values) result.push_back(variable);
  return result;
}

std::string Variables::expand(std::string_view text) const {
  std::string result;
  while (true) {
    const auto start = text.find("$(");
    const auto end = start == std::string_view::npos ? start : text.find(')', start + 2);
    if (end == std::string_view::npos) return result.append(text);
    const auto* variable = find(text.substr(start + 2, end - start - 2));
    if (variable) {
      result.append(text.substr(0, start)).append(variable->value);
      text.remove_prefix(end + 1);
    } else {  // "$($(a))": the inner one may still be known
      result.append(text.substr(0, start + 1));
      text.remove_prefix(start + 1);
    }
  }
}

/// What is known while variables are expanded, one after those that it is made of.
struct Variables::Expansion {
  std::vector<std::string> under_way;
  std::set<std::string> done;
  std::set<std::string> cyclic;
};

void Variables::expand(const std::string& key, Expansion& expansion) {
  auto& under_way = expansion.under_way;
  const auto again = std::find(under_way.begin(), under_way.end(), key);
  if (again != under_way.end()) {
    expansion.cyclic.insert(again, under_way.end());
    return;
  }
  if (under_way.size() >= k_deepest || expansion.done.contains(key)) return;
  under_way.push_back(key);
  auto& variable = m_values.at(key);
  for (const auto& name : names_in(m_written.at(key).value)) {
    const auto part = m_values.find(name);
    if (part == m_values.end()) continue;
    expand(name, expansion);
    variable.secret = variable.secret || part->second.secret;  // what is made of a secret is one itself
  }
  under_way.pop_back();
  expansion.done.insert(key);
  if (expansion.cyclic.contains(key)) return;
  if (auto value = expand(variable.value); value.size() <= k_longest) variable.value = std::move(value);
}

std::vector<std::string> Variables::expand_all() {
  m_values = m_written;
  Expansion expansion;
  std::vector<std::string> secrets;
  for (const auto& [key, written] : m_written) {
    if (written.value.find("$(") == std::string::npos) continue;
    expand(key, expansion);
    const auto& variable = m_values.at(key);
    if (variable.secret && variable.value != written.value) secrets.push_back(variable.value);
  }
  return secrets;
}

}  // namespace mlops::runner
