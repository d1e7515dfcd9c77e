#include <fmt/format.h>

#include <mlops/document/document.hpp>
#include <mlops/emulator/deployments/places.hpp>

namespace mlops::emulator::deployments {

std::string Places::text(const std::string& pointer) const {
  try {
    const auto document = document::Document::parse(m_body, "template.json");
    const auto start = document.place_of(m_root);
    const auto place = document.place_of(m_root + pointer);
    return fmt::format("at line '{}' and column '{}'", place.line - start.line + 1, place.column);
  } catch (const core::Error&) {
    return "at line '1' and column '1'";  // such as for a key that stands twice
  }
}

ServiceError invalid_template(const std::string& message) {
  return {400, "InvalidTemplate", fmt::format("Deployment template validation failed: '{}'.", message)};
}

}  // namespace mlops::emulator::deployments
