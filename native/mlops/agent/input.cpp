#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/agent/input.hpp>
#include <mlops/core/text.hpp>
#include <stdexcept>

namespace mlops::agent {

std::string flag_name(const std::string& input_name) {
  std::string flag = "--";
  for (const char c : input_name) {
    if (c >= 'A' && c <= 'Z') {
      flag += '-';
      flag += static_cast<char>(c - 'A' + 'a');
    } else {
      flag += c;
    }
  }
  return flag;
}

std::string environment_name(const std::string& variable_name) {
  std::string name = core::to_upper(variable_name);
  std::replace(name.begin(), name.end(), '.', '_');
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

core::Error input_error(const std::string& input_name, const std::string& what, const std::string& hint) {
  return {"input-invalid", fmt::format("the input {} ({}) {}.", input_name, flag_name(input_name), what), {}, hint};
}

Inputs::Inputs(const TaskSpec& spec, std::map<std::string, std::string> values)
    : m_spec(&spec), m_values(std::move(values)) {}

const InputSpec& Inputs::spec_of(const std::string& name) const {
  const auto found = std::find_if(m_spec->inputs.begin(), m_spec->inputs.end(),
                                  [&](const InputSpec& input) { return input.name == name; });
  if (found == m_spec->inputs.end()) throw std::logic_error("the task has no input " + name);
  return *found;
}

std::string Inputs::text(const std::string& name) const {
  const InputSpec& spec = spec_of(name);
  const auto found = m_values.find(name);
  const std::string value(core::trim(found == m_values.end() ? std::string() : found->second));
  return value.empty() ? spec.default_value : value;
}

std::vector<std::string> Inputs::list(const std::string& name) const {
  return core::list_items(text(name));
}

std::vector<std::pair<std::string, std::string>> Inputs::pairs(const std::string& name) const {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& item : list(name)) {
    const auto equals = item.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw input_error(name, fmt::format("has the line \"{}\"", item), "Write name=value, one a line.");
    }
    pairs.emplace_back(core::trim(item.substr(0, equals)), core::trim(item.substr(equals + 1)));
  }
  return pairs;
}

bool Inputs::flag(const std::string& name) const {
  const std::string value = core::to_lower(text(name));
  if (value == "true" || value == "1" || value == "yes") return true;
  if (value.empty() || value == "false" || value == "0" || value == "no") return false;
  throw input_error(name, fmt::format("is \"{}\"", value), "Write true or false.");
}

std::int64_t Inputs::integer(const std::string& name, std::int64_t least) const {
  const std::string value = text(name);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failure != std::errc() || end != value.data() + value.size() || number < least) {
    throw input_error(name, fmt::format("is \"{}\"", value), fmt::format("Write a whole number, {} or more.", least));
  }
  return number;
}

std::vector<std::string> legal_values(const InputSpec& input) {
  std::vector<std::string> values;
  for (const auto& option : input.options) values.push_back(option.value);
  return values;
}

namespace {

void require_legal(const InputSpec& input, const std::string& value) {
  const auto legal = legal_values(input);
  if (std::find(legal.begin(), legal.end(), value) != legal.end()) return;
  throw core::Error("input-invalid",
                    fmt::format("the input {} ({}) is \"{}\"{}", input.name, flag_name(input.name), value,
                                core::did_you_mean(core::nearest(value, legal))),
                    {}, fmt::format("Legal values: {}.", fmt::join(legal, ", ")));
}

}  // namespace

void Inputs::validate() const {
  for (const auto& input : m_spec->inputs) {
    const std::string value = text(input.name);
    if (value.empty()) {
      if (!input.required) continue;
      throw core::Error(
          "input-missing", fmt::format("the input {} ({}) is missing.", input.name, flag_name(input.name)), {},
          fmt::format("{} Set it in the task's inputs, or see {} --help.", input.help, m_spec->executable));
    }
    if (input.type == InputType::boolean) static_cast<void>(flag(input.name));
    if (input.type == InputType::integer) static_cast<void>(integer(input.name));
    if (input.type == InputType::pick_list) require_legal(input, value);
  }
}

}  // namespace mlops::agent
