#include <fmt/format.h>

#include <mlops/core/markdown.hpp>
#include <mlops/tasks/model-register/summary.hpp>

namespace mlops::tasks::model_register {

std::string summary(const aml::ModelVersion& model, const aml::TextMap& properties, bool adopted) {
  std::string text = fmt::format("## Model {} version {}\n\n{}\n\n| | |\n|---|---|\n", core::markdown_text(model.name),
                                 core::markdown_text(model.version),
                                 adopted ? "Registered by an earlier attempt of this run." : "Registered.");
  for (const auto& [name, value] : properties)
    text += fmt::format("| {} | {} |\n", core::markdown_text(name), core::markdown_text(value));
  return text;
}

}  // namespace mlops::tasks::model_register
