#include <mlops/aml/compile/automl/tables.hpp>

namespace mlops::aml {

namespace {

const std::vector<std::string>& classification_algorithms() {
  static const std::vector<std::string> words = {"LogisticRegression",
                                                 "SGD",
                                                 "MultinomialNaiveBayes",
                                                 "BernoulliNaiveBayes",
                                                 "SVM",
                                                 "LinearSVM",
                                                 "KNN",
                                                 "DecisionTree",
                                                 "RandomForest",
                                                 "ExtremeRandomTrees",
                                                 "LightGBM",
                                                 "GradientBoosting",
                                                 "XGBoostClassifier"};
  return words;
}

const std::vector<std::string>& regression_algorithms() {
  static const std::vector<std::string> words = {
      "ElasticNet", "GradientBoosting", "DecisionTree",       "KNN",      "LassoLars",
      "SGD",        "RandomForest",     "ExtremeRandomTrees", "LightGBM", "XGBoostRegressor"};
  return words;
}

std::vector<std::string> forecasting_algorithms() {
  std::vector<std::string> words = {
      "AutoArima", "Prophet",      "Naive", "SeasonalNaive", "Average", "SeasonalAverage", "ExponentialSmoothing",
      "Arimax",    "TCNForecaster"};
  words.insert(words.end(), regression_algorithms().begin(), regression_algorithms().end());
  return words;
}

// "auto", or a value of one's own.
json::value auto_or_number(const Scope& scope, const Node& node) {
  static const Convert automatic = words({"Auto"});
  if (node.is_string() && !node.as_string().empty() && std::isalpha(static_cast<unsigned char>(node.as_string()[0]))) {
    return json::object{{"mode", automatic(scope, node)}};
  }
  return json::object{{"mode", "Custom"}, {"value", convert::integer(scope, node)}};
}

json::value auto_or_numbers(const Scope& scope, const Node& node) {
  static const Convert list = convert::list_of(convert::integer);
  if (node.is_sequence()) return json::object{{"mode", "Custom"}, {"values", list(scope, node)}};
  json::value value = auto_or_number(scope, node);
  json::object& object = value.get_object();
  if (const auto* number = object.if_contains("value")) {
    object["values"] = json::array{*number};
    object.erase("value");
  }
  return value;
}

json::value one_or_many(const Scope& scope, const Node& node) {
  if (node.is_sequence()) return convert::text_list(scope, node);
  return json::array{convert::text(scope, node)};
}

Convert limits() {
  static const Table table = joined({in_camel_case({{"enable_early_termination", convert::boolean},
                                                    {"exit_score", convert::number},
                                                    {"max_concurrent_trials", convert::integer},
                                                    {"max_cores_per_trial", convert::integer},
                                                    {"max_nodes", convert::preview(convert::integer)},
                                                    {"max_trials", convert::integer}}),
                                     {{"timeout_minutes", "timeout", convert::minutes},
                                      {"trial_timeout_minutes", "trialTimeout", convert::minutes}}});
  return convert::mapping(table, "the limits of an AutoML job");
}

json::value transformers(const Scope& scope, const Node& node) {
  static const Convert name =
      words({"TfIdf", "HashOneHotEncoder", "Imputer", "TextTargetEncoder", "OneHotEncoder", "CatTargetEncoder",
             "WoETargetEncoder", "LabelEncoder", "WordEmbedding", "NaiveBayes", "CountVectorizer"});
  static const Table table = {{"fields", "fields", convert::text_list},
                              {"parameters", "parameters", convert::anything}};
  static const Convert columns = convert::list_of(convert::mapping(table, "a column's transformer"));
  json::object body;
  for (const auto& [key, member] : node.members()) {
    const document::Document word = document::Document::parse(key, member.key_place().file.text() + " ");
    body[std::string(name(scope, word.root()).get_string())] = columns(scope, member);
  }
  return body;
}

json::value featurization(const Scope& scope, const Node& node) {
  static const Table table = in_camel_case(
      {{"mode", words({"Auto", "Custom", "Off"})},
       {"blocked_transformers", convert::list_of(words({"TextTargetEncoder", "OneHotEncoder", "CatTargetEncoder",
                                                        "TfIdf", "WoETargetEncoder", "LabelEncoder", "WordEmbedding",
                                                        "NaiveBayes", "CountVectorizer", "HashOneHotEncoder"}))},
       {"column_name_and_types", convert::texts},
       {"transformer_params", transformers},
       {"dataset_language", convert::text},
       {"enable_dnn_featurization", convert::boolean}});
  json::object body = filled(scope.as("the featurization of an AutoML job"), node, table);
  body.emplace("mode", "Auto");
  return body;
}

Convert training(const std::vector<std::string>& algorithms) {
  static const Table ensemble = {
      {"stack_meta_learner_kwargs", "stackMetaLearnerKWargs", convert::anything},
      {"stack_meta_learner_train_percentage", "stackMetaLearnerTrainPercentage", convert::number},
      {"stack_meta_learner_type", "stackMetaLearnerType",
       words({"None", "LogisticRegression", "LogisticRegressionCV", "LightGBMClassifier", "ElasticNet", "ElasticNetCV",
              "LightGBMRegressor", "LinearRegression"})}};
  const Convert list = convert::list_of(words(algorithms));
  Table table = joined(
      {in_camel_case({{"enable_dnn_training", convert::boolean},
                      {"enable_model_explainability", convert::boolean},
                      {"enable_onnx_compatible_models", convert::boolean},
                      {"enable_stack_ensemble", convert::boolean},
                      {"enable_vote_ensemble", convert::boolean},
                      {"stack_ensemble_settings", convert::mapping(ensemble, "the settings of a stack ensemble")},
                      {"training_mode", convert::preview(words({"Auto", "Distributed", "NonDistributed"}))},
                      {"allowed_training_algorithms", list},
                      {"blocked_training_algorithms", list}}),
       {{"ensemble_model_download_timeout_minutes", "ensembleModelDownloadTimeout", convert::minutes}}});
  return [table = std::move(table)](const Scope& scope, const Node& node) -> json::value {
    return filled(scope.as("the training of an AutoML job"), node, table);
  };
}

Convert forecasting() {
  static const Table table = in_camel_case({{"country_or_region_for_holidays", convert::text},
                                            {"cv_step_size", convert::integer},
                                            {"forecast_horizon", auto_or_number},
                                            {"target_lags", auto_or_numbers},
                                            {"target_rolling_window_size", auto_or_number},
                                            {"time_column_name", convert::text},
                                            {"time_series_id_column_names", one_or_many},
                                            {"frequency", convert::text},
                                            {"feature_lags", words({"None", "Auto"})},
                                            {"seasonality", auto_or_number},
                                            {"short_series_handling_config", words({"None", "Auto", "Pad", "Drop"})},
                                            {"use_stl", words({"None", "Season", "SeasonTrend"})},
                                            {"target_aggregate_function", words({"None", "Sum", "Max", "Min", "Mean"})},
                                            {"features_unknown_at_forecast_time", convert::preview(one_or_many)}});
  return convert::mapping(table, "the settings of a forecast");
}

Table tabular_keys(const std::vector<std::string>& metrics, const std::vector<std::string>& algorithms) {
  return joined({task_keys(metrics, true),
                 in_camel_case({{"validation_data_size", convert::number},
                                {"test_data", table_input},
                                {"test_data_size", convert::number},
                                {"cv_split_column_names", convert::text_list},
                                {"n_cross_validations", auto_or_number},
                                {"weight_column_name", convert::text}}),
                 {{"limits", "limitSettings", limits()},
                  {"featurization", "featurizationSettings", featurization},
                  {"training", "trainingSettings", training(algorithms)}}});
}

}  // namespace

std::vector<AutoMLTask> tabular_tasks() {
  static const std::vector<std::string> of_classes = {"AUCWeighted", "Accuracy", "NormMacroRecall",
                                                      "AveragePrecisionScoreWeighted", "PrecisionScoreWeighted"};
  static const std::vector<std::string> of_numbers = {"SpearmanCorrelation", "NormalizedRootMeanSquaredError",
                                                      "R2Score", "NormalizedMeanAbsoluteError"};
  return {
      {"classification", "Classification", "AUCWeighted",
       joined({tabular_keys(of_classes, classification_algorithms()),
               {{"positive_label", "positiveLabel", convert::text}}})},
      {"regression", "Regression", "NormalizedRootMeanSquaredError", tabular_keys(of_numbers, regression_algorithms())},
      {"forecasting", "Forecasting", "NormalizedRootMeanSquaredError",
       joined({tabular_keys(of_numbers, forecasting_algorithms()),
               {{"forecasting", "forecastingSettings", forecasting()}}})}};
}

}  // namespace mlops::aml
