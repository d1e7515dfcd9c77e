#pragma once

#include <mlops/aml/compile/fields.hpp>
#include <optional>
#include <string>
#include <vector>

// AutoML jobs. The REST forms follow AutoMLVertical in the schema of Microsoft.MachineLearningServices/workspaces/jobs.

namespace mlops::aml {

/// One task of AutoML: the value of `task`, and what its YAML becomes below `taskDetails`.
struct AutoMLTask {
  const char* word;
  const char* rest_type;
  const char* default_metric;  ///< null where the service takes none
  Table keys;
};

std::vector<AutoMLTask> tabular_tasks();
std::vector<AutoMLTask> text_tasks();
std::vector<AutoMLTask> image_tasks();

/// REST words, each also allowed in snake_case: LogisticRegression, logistic_regression.
Convert words(const std::vector<std::string>& rest_words);

/// Keys whose REST members are the same words in camelCase.
Table in_camel_case(const std::vector<std::pair<std::string, Convert>>& keys);

/// A table with training data, the label's column and the logging, as all tasks have them.
Table task_keys(const std::vector<std::string>& metrics, bool label_required);

/// Data that is a table: an input of type mltable.
json::value table_input(const Scope& scope, const Node& node);

/// A list of mappings from parameters to distributions or values, each as a text: "uniform(0.001,0.01)".
Convert search_spaces(const std::vector<std::string>& parameters);

/// The same with the keys as the YAML has them, as a pipeline's step wants it.
json::value search_spaces_of_step(const Scope& scope, const Node& node);

/// How trials are chosen and stopped early.
Convert sweep_settings();

}  // namespace mlops::aml
