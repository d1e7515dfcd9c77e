#include <mlops/aml/compile/automl/tables.hpp>

// The sweep over texts' models is in the preview API alone.

namespace mlops::aml {

namespace {

const Table& parameter_table() {
  static const Table table = in_camel_case(
      {{"gradient_accumulation_steps", convert::integer},
       {"learning_rate", convert::number},
       {"learning_rate_scheduler",
        words({"None", "Linear", "Cosine", "CosineWithRestarts", "Polynomial", "Constant", "ConstantWithWarmup"})},
       {"model_name", convert::text},
       {"number_of_epochs", convert::integer},
       {"training_batch_size", convert::integer},
       {"validation_batch_size", convert::integer},
       {"warmup_ratio", convert::number},
       {"weight_decay", convert::number}});
  return table;
}

json::value limits(const Scope& scope, const Node& node) {
  static const Table table = joined({in_camel_case({{"max_concurrent_trials", convert::integer},
                                                    {"max_trials", convert::integer},
                                                    {"max_nodes", convert::preview(convert::integer)}}),
                                     {{"timeout_minutes", "timeout", convert::minutes},
                                      {"trial_timeout_minutes", "trialTimeout", convert::preview(convert::minutes)}}});
  return filled(scope.as("the limits of an AutoML job"), node, table);
}

Table text_keys(const std::vector<std::string>& metrics, bool label_required) {
  static const Table language = {{"dataset_language", "datasetLanguage", convert::text}};
  std::vector<std::string> parameters;
  for (const auto& field : parameter_table()) parameters.push_back(field.key);
  return joined({task_keys(metrics, label_required),
                 {{"featurization", "featurizationSettings", convert::mapping(language, "the featurization of texts")},
                  {"limits", "limitSettings", limits},
                  {"sweep", "sweepSettings", convert::preview(sweep_settings())},
                  {"training_parameters", "fixedParameters",
                   convert::preview(convert::mapping(parameter_table(), "the parameters of an AutoML job"))},
                  {"search_space", "searchSpace", convert::preview(search_spaces(parameters))}}});
}

// The service knows one metric for these tasks, and takes none.
Table without_metric(Table keys) {
  for (auto& field : keys) {
    if (field.key == "primary_metric") field.target.clear();
  }
  return keys;
}

}  // namespace

std::vector<AutoMLTask> text_tasks() {
  static const std::vector<std::string> metrics = {"AUCWeighted", "Accuracy", "NormMacroRecall",
                                                   "AveragePrecisionScoreWeighted", "PrecisionScoreWeighted"};
  return {{"text_classification", "TextClassification", "Accuracy", text_keys(metrics, true)},
          {"text_classification_multilabel", "TextClassificationMultilabel", nullptr,
           without_metric(text_keys({"Accuracy"}, true))},
          {"text_ner", "TextNER", nullptr, without_metric(text_keys({"Accuracy"}, false))}};
}

}  // namespace mlops::aml
