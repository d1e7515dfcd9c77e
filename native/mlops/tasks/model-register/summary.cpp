#include <fmt/format.h>

#include <mlops/tasks/model-register/summary.hpp>

namespace mlops::tasks::model_register {

namespace {

std::string cell(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      result += ' ';
    } else if (c == '<') {
      result += "&lt;";
    } else {
      if (std::string_view("|`*_[]\\").find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string summary(const aml::ModelVersion& model, const aml::TextMap& properties, bool adopted) {
  std::string text =
      fmt::format("## Model {} version {}\n\n{}\n\n| | |\n|---|---|\n", cell(model.name), cell(model.version),
                  adopted ? "Registered by an earlier attempt of this run." : "Registered.");
  for (const auto& [name, value] : properties) text += fmt::format("| {} | {} |\n", cell(name), cell(value));
  return text;
}

}  // namespace mlops::tasks::model_register
