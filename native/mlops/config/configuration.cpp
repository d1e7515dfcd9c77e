#include <fmt/format.h>

#include <algorithm>
#include <mlops/config/configuration.hpp>
#include <mlops/core/text.hpp>

namespace mlops::config {

namespace {

// References that refer to references can multiply; no real value comes near this.
constexpr std::size_t k_longest_value = 1'000'000;

}  // namespace

/// Puts the layers over one another, then replaces references depth first.
class Resolver {
 public:
  Resolver(const std::vector<Layer>& layers, const Outside& outside) : m_layers(layers), m_outside(outside) {}

  Configuration resolve(const std::vector<std::string>& secrets) {
    for (const auto& layer : m_layers) {
      for (const auto& definition : layer.definitions) lay(definition);
    }
    for (const auto& name : secrets) mark_secret(name);
    m_states.assign(m_texts.size(), State::open);
    for (std::size_t i = 0; i < m_texts.size(); ++i) finish(i);
    return std::move(m_result);
  }

 private:
  enum class State { open, in_progress, done };

  void lay(const Definition& definition) {
    const auto [entry, is_new] = m_result.m_index.emplace(definition.name, m_texts.size());
    if (is_new) {
      m_result.m_variables.push_back({definition.name, "", definition.place, definition.name_place, {}, false});
      m_texts.push_back(&definition);
      return;
    }
    Variable& variable = m_result.m_variables[entry->second];
    variable.overridden.insert(variable.overridden.begin(), variable.place);
    variable.place = definition.place;
    variable.name_place = definition.name_place;
    m_texts[entry->second] = &definition;
  }

  void mark_secret(const std::string& name) {
    const auto found = m_result.m_index.find(name);
    if (found == m_result.m_index.end()) {
      throw core::Error("secret-unknown",
                        fmt::format("the secret variable \"{}\" is not in the configuration{}", name,
                                    core::did_you_mean(core::nearest(name, m_result.names()))),
                        {}, "Correct the name, so that no value is printed by mistake.");
    }
    m_result.m_variables[found->second].secret = true;
  }

  void finish(std::size_t index) {
    if (m_states[index] == State::done) return;
    if (m_states[index] == State::in_progress) throw circle(index);
    m_states[index] = State::in_progress;
    m_chain.push_back(index);
    m_result.m_variables[index].value = expand(index);
    m_chain.pop_back();
    m_states[index] = State::done;
  }

  std::string expand(std::size_t index) {
    const std::string& text = m_texts[index]->text;
    std::string value;
    std::size_t at = 0;
    for (auto begin = text.find("$("); begin != std::string::npos; begin = text.find("$(", at)) {
      const auto end = text.find(')', begin);
      if (end == std::string::npos) break;
      const std::string name = text.substr(begin + 2, end - begin - 2);
      const bool escaped = begin > at && text[begin - 1] == '$';
      value.append(text, at, begin - at - (escaped ? 1 : 0));
      at = begin + 2;
      if (escaped || !is_reference_name(name)) {
        value += "$(";
      } else {
        value += value_of(name, index);
        at = end + 1;
      }
      limit(value, index);
    }
    return value.append(text, at);
  }

  void limit(const std::string& value, std::size_t index) const {
    if (value.size() <= k_longest_value) return;
    throw core::Error("variable-too-long",
                      fmt::format("the value of {} grows beyond {} characters.", m_texts[index]->name, k_longest_value),
                      m_texts[index]->place, "Check the variables that it refers to.");
  }

  std::string value_of(const std::string& name, std::size_t user) {
    if (const auto found = m_result.m_index.find(name); found != m_result.m_index.end()) {
      finish(found->second);
      const Variable& variable = m_result.m_variables[found->second];
      if (variable.secret) m_result.m_variables[user].secret = true;
      return variable.value;
    }
    if (const auto known = m_outside.find ? m_outside.find(name) : std::nullopt) {
      if (known->secret) m_result.m_variables[user].secret = true;
      return known->value;
    }
    throw unknown(name, *m_texts[user]);
  }

  core::Error unknown(const std::string& name, const Definition& user) const {
    std::vector<std::string> candidates = m_result.names();
    candidates.insert(candidates.end(), m_outside.names.begin(), m_outside.names.end());
    return {"variable-unknown",
            fmt::format("the value of {} refers to the unknown variable \"{}\"{}", user.name, name,
                        core::did_you_mean(core::nearest(name, candidates))),
            user.place,
            fmt::format("Define it in a layer or in the pipeline, or write $$({}) for the text $({}).", name, name)};
  }

  core::Error circle(std::size_t first) const {
    std::string chain;
    for (auto link = std::find(m_chain.begin(), m_chain.end(), first); link != m_chain.end(); ++link) {
      chain += fmt::format("{} ({}) → ", m_texts[*link]->name, core::to_string(m_texts[*link]->place));
    }
    return {"variable-circle",
            fmt::format("the variables refer to one another in a circle: {}{}.", chain, m_texts[first]->name),
            m_texts[first]->place, "Give one of them a value that doesn't depend on the others."};
  }

  const std::vector<Layer>& m_layers;
  const Outside& m_outside;
  Configuration m_result;
  std::vector<const Definition*> m_texts;  ///< the definition that won, by index of the variable
  std::vector<State> m_states;
  std::vector<std::size_t> m_chain;  ///< the variables being resolved, each referred to by the one before
};

Configuration Configuration::resolve(const std::vector<Layer>& layers, const Outside& outside,
                                     const std::vector<std::string>& secrets) {
  return Resolver(layers, outside).resolve(secrets);
}

const Variable* Configuration::find(const std::string& name) const {
  const auto found = m_index.find(name);
  return found == m_index.end() ? nullptr : &m_variables[found->second];
}

std::vector<std::string> Configuration::names() const {
  std::vector<std::string> names;
  for (const auto& variable : m_variables) names.push_back(variable.name);
  return names;
}

void Configuration::require(const std::vector<std::string>& required) const {
  std::vector<std::string> missing;
  for (const auto& name : required) {
    const Variable* variable = find(name);
    if (!variable) {
      const auto near = core::nearest(name, names());
      missing.push_back(fmt::format("{} (not defined{})", name, near ? fmt::format("; did you mean {}?", *near) : ""));
    } else if (core::trim(variable->value).empty()) {
      missing.push_back(fmt::format("{} (empty at {})", name, core::to_string(variable->place)));
    }
  }
  if (missing.empty()) return;
  throw core::Error("required-missing",
                    fmt::format("{} without a value: {}.",
                                missing.size() == 1 ? std::string("a required variable is")
                                                    : fmt::format("{} required variables are", missing.size()),
                                fmt::join(missing, ", ")),
                    {},
                    fmt::format("Define {} in one of the files, or for this environment below environments:.",
                                missing.size() == 1 ? "it" : "them"));
}

}  // namespace mlops::config
