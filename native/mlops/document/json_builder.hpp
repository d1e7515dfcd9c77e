#pragma once

#include <mlops/document/document.hpp>

namespace mlops::document {

/// Reads JSON (RFC 8259) into a document; NaN and the infinities, which Python writes, are texts. Throws Error
/// "json-syntax" with the place, also for a key that stands twice.
class JsonBuilder {
 public:
  static Document build(const std::string& text, const core::FileName& file, Scalars scalars);
};

}  // namespace mlops::document
