#pragma once

#include <boost/json.hpp>
#include <mlops/http/message.hpp>
#include <string>

namespace mlops::azure {

/// An error as one of Azure's services writes it.
struct ServiceMessage {
  std::string code;
  std::string message;  ///< with the innermost details
};

/// Reads `{"error": {"code", "message", "target", "details", "innererror", "additionalInfo"}}`, the same without the
/// outer member, MLflow's `{"error_code", "message"}`, Blob storage's XML, and as the last resort the first words of
/// the text. The x-ms-error-code header stands in where there is no body (HEAD).
ServiceMessage service_message(const http::Response& response);

/// The error object of the forms above as "Code: message (details)"; empty when it holds nothing.
std::string error_object_text(const boost::json::value& error);

}  // namespace mlops::azure
