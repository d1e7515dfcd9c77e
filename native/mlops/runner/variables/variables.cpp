#include <mlops/core/text.hpp>
#include <mlops/runner/variables/variables.hpp>

namespace mlops::runner {

namespace {

constexpr int k_deepest = 50;  // the agent's limit for variables made of variables

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

void Variables::expand_all() {
  m_values = m_written;
  for (int depth = 0; depth < k_deepest; ++depth) {
    bool changed = false;
    ByName next = m_values;
    for (auto& [key, variable] : next) {
      if (core::to_lower(variable.value).find("$(" + key + ")") != std::string::npos) continue;
      std::string value = expand(variable.value);
      if (value == variable.value) continue;
      // What is made of a secret is one itself.
      for (const auto& [other, part] : m_values) {
        if (part.secret && core::to_lower(variable.value).find("$(" + other + ")") != std::string::npos)
          variable.secret = true;
      }
      variable.value = std::move(value);
      changed = true;
    }
    m_values = std::move(next);
    if (!changed) return;
  }
}

}  // namespace mlops::runner
