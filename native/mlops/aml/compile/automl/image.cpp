#include <mlops/aml/compile/automl/tables.hpp>

namespace mlops::aml {

namespace {

using Keys = std::vector<std::pair<std::string, Convert>>;

// Of every model; each may stand in training_parameters with a value, and in a search space.
const Keys& model_keys() {
  static const Keys keys = {{"ams_gradient", convert::boolean},
                            {"beta1", convert::number},
                            {"beta2", convert::number},
                            {"distributed", convert::boolean},
                            {"early_stopping", convert::boolean},
                            {"early_stopping_delay", convert::integer},
                            {"early_stopping_patience", convert::integer},
                            {"evaluation_frequency", convert::integer},
                            {"enable_onnx_normalization", convert::boolean},
                            {"gradient_accumulation_step", convert::integer},
                            {"layers_to_freeze", convert::integer},
                            {"learning_rate", convert::number},
                            {"learning_rate_scheduler", words({"None", "WarmupCosine", "Step"})},
                            {"model_name", convert::text},
                            {"momentum", convert::number},
                            {"nesterov", convert::boolean},
                            {"number_of_epochs", convert::integer},
                            {"number_of_workers", convert::integer},
                            {"optimizer", words({"None", "Sgd", "Adam", "Adamw"})},
                            {"random_seed", convert::integer},
                            {"step_lr_gamma", convert::number},
                            {"step_lr_step_size", convert::integer},
                            {"training_batch_size", convert::integer},
                            {"validation_batch_size", convert::integer},
                            {"warmup_cosine_lr_cycles", convert::number},
                            {"warmup_cosine_lr_warmup_epochs", convert::integer},
                            {"weight_decay", convert::number}};
  return keys;
}

const Keys& classification_keys() {
  static const Keys keys = {{"training_crop_size", convert::integer},
                            {"validation_crop_size", convert::integer},
                            {"validation_resize_size", convert::integer},
                            {"weighted_loss", convert::integer}};
  return keys;
}

const Keys& detection_keys() {
  static const Keys keys = {{"box_detections_per_image", convert::integer},
                            {"box_score_threshold", convert::number},
                            {"image_size", convert::integer},
                            {"max_size", convert::integer},
                            {"min_size", convert::integer},
                            {"model_size", words({"None", "Small", "Medium", "Large", "ExtraLarge"})},
                            {"multi_scale", convert::boolean},
                            {"nms_iou_threshold", convert::number},
                            {"tile_grid_size", convert::text},
                            {"tile_overlap_ratio", convert::number},
                            {"tile_predictions_nms_threshold", convert::number},
                            {"validation_iou_threshold", convert::number},
                            {"validation_metric_type", words({"None", "Coco", "Voc", "CocoVoc"})}};
  return keys;
}

// In training_parameters alone.
const Keys& training_keys() {
  static const Keys keys = {{"advanced_settings", convert::text},
                            {"augmentations", convert::text},
                            {"checkpoint_frequency", convert::integer},
                            {"checkpoint_run_id", convert::text}};
  return keys;
}

Table image_keys(const std::vector<std::string>& metrics, const Keys& own, const Table& preview) {
  static const Table limits =
      joined({in_camel_case({{"max_concurrent_trials", convert::integer}, {"max_trials", convert::integer}}),
              {{"timeout_minutes", "timeout", convert::minutes}}});
  Keys searched = model_keys();
  searched.insert(searched.end(), own.begin(), own.end());
  std::vector<std::string> parameters = {"augmentations"};
  for (const auto& [key, convert] : searched) parameters.push_back(key);
  Table settings = joined({in_camel_case(searched), in_camel_case(training_keys()), preview});
  const Convert model_settings = [settings = std::move(settings)](const Scope& scope, const Node& node) -> json::value {
    return filled(scope.as("the parameters of an AutoML job"), node, settings);
  };
  return joined({task_keys(metrics, true),
                 {{"validation_data_size", "validationDataSize", convert::number},
                  {"test_data", "", convert::not_in_api},
                  {"test_data_size", "", convert::not_in_api},
                  {"limits", "limitSettings", convert::mapping(limits, "the limits of an AutoML job")},
                  {"sweep", "sweepSettings", sweep_settings()},
                  {"training_parameters", "modelSettings", model_settings},
                  {"search_space", "searchSpace", search_spaces(parameters)}}});
}

}  // namespace

std::vector<AutoMLTask> image_tasks() {
  static const std::vector<std::string> of_classes = {"AUCWeighted", "Accuracy", "NormMacroRecall",
                                                      "AveragePrecisionScoreWeighted", "PrecisionScoreWeighted"};
  static const std::vector<std::string> of_labels = {
      "AUCWeighted", "Accuracy", "NormMacroRecall", "AveragePrecisionScoreWeighted", "PrecisionScoreWeighted", "IOU"};
  static const std::vector<std::string> of_boxes = {"MeanAveragePrecision"};
  const Table logging = {{"log_training_metrics", "logTrainingMetrics", convert::preview(words({"Enable", "Disable"}))},
                         {"log_validation_loss", "logValidationLoss", convert::preview(words({"Enable", "Disable"}))}};
  return {
      {"image_classification", "ImageClassification", "Accuracy", image_keys(of_classes, classification_keys(), {})},
      {"image_classification_multilabel", "ImageClassificationMultilabel", "IOU",
       image_keys(of_labels, classification_keys(), {})},
      {"image_object_detection", "ImageObjectDetection", "MeanAveragePrecision",
       image_keys(of_boxes, detection_keys(), logging)},
      {"image_instance_segmentation", "ImageInstanceSegmentation", "MeanAveragePrecision",
       image_keys(of_boxes, detection_keys(), logging)}};
}

}  // namespace mlops::aml
