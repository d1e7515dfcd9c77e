#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <mlops/aml/compile/automl/tables.hpp>
#include <mlops/aml/compile/data_flow.hpp>
#include <mlops/aml/compile/sweep_tables.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

// "step_lr_gamma" -> "stepLRGamma"
std::string camel_case(const std::string& key) {
  std::string result;
  for (const auto& word : core::split(key, '_')) {
    if (result.empty()) {
      result = word;
    } else if (word == "lr") {
      result += "LR";
    } else {
      result += static_cast<char>(std::toupper(static_cast<unsigned char>(word.front())));
      result += word.substr(1);
    }
  }
  return result;
}

// Without an exponent: 0.00001, never 1e-05.
std::string plain_number(const json::value& value) {
  if (!value.is_double()) return python_text(value);
  const std::string shortest = fmt::format("{}", value.get_double());
  if (shortest.find('e') == std::string::npos) return python_text(value);
  std::string fixed = fmt::format("{:.20f}", value.get_double());
  const auto exponent = std::stoi(shortest.substr(shortest.find('e') + 1));
  const std::size_t digits = shortest.find('e') - (shortest.find('.') == std::string::npos ? 0 : 1);
  if (exponent < 0) fixed = fmt::format("{:.{}f}", value.get_double(), digits - 1 - exponent);
  return fixed;
}

std::string argument(const json::value& value) {
  return value.is_string() ? fmt::format("'{}'", std::string_view(value.get_string())) : plain_number(value);
}

json::value distribution_text(const Scope& scope, const Node& node) {
  if (!node.is_mapping()) {
    const json::value value = node.value();
    return json::value(value.is_string() ? std::string(value.get_string()) : plain_number(value));
  }
  const json::value parameter = search_parameter(scope, node);
  const auto& arguments = parameter.at(1).get_array();
  std::vector<std::string> texts;
  for (const auto& value : arguments.front().is_array() ? arguments.front().get_array() : arguments) {
    texts.push_back(argument(value));
  }
  return json::value(fmt::format("{}({})", std::string_view(parameter.at(0).get_string()), fmt::join(texts, ",")));
}

}  // namespace

Convert words(const std::vector<std::string>& rest_words) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& word : rest_words) pairs.emplace_back(word, word);
  return convert::choice(std::move(pairs));
}

Table in_camel_case(const std::vector<std::pair<std::string, Convert>>& keys) {
  Table table;
  for (const auto& [key, convert] : keys) table.push_back({key, camel_case(key), convert});
  return table;
}

json::value table_input(const Scope& scope, const Node& node) {
  if (whole_expression(node)) return json::value(node.as_string());
  json::value input = job_input(scope, node);
  input.get_object()["jobInputType"] = "mltable";
  return input;
}

Table task_keys(const std::vector<std::string>& metrics, bool label_required) {
  return {
      {"task", "", nullptr},
      {"primary_metric", "primaryMetric", words(metrics)},
      {"log_verbosity", "logVerbosity", words({"NotSet", "Debug", "Info", "Warning", "Error", "Critical"})},
      {"training_data", "trainingData", table_input, true},
      {"validation_data", "validationData", table_input},
      {"target_column_name", "targetColumnName", convert::text, label_required},
  };
}

Convert search_spaces(const std::vector<std::string>& parameters) {
  Table table;
  for (const auto& parameter : parameters) table.push_back({parameter, camel_case(parameter), distribution_text});
  return convert::list_of(convert::mapping(table, "a search space"));
}

json::value search_spaces_of_step(const Scope& scope, const Node& node) {
  json::array spaces;
  for (const auto& child : node.children()) {
    json::object& space = spaces.emplace_back(json::object()).get_object();
    for (const auto& [key, member] : child.members()) space[key] = distribution_text(scope, member);
  }
  return spaces;
}

Convert sweep_settings() {
  static const Table table = {
      {"sampling_algorithm", "samplingAlgorithm", words({"Random", "Grid", "Bayesian"}), true},
      {"early_termination", "earlyTermination", early_termination()},
  };
  return convert::mapping(table, "the sweep of an AutoML job");
}

}  // namespace mlops::aml
