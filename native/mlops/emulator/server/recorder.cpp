#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/document/document.hpp>
#include <mlops/emulator/server/recorder.hpp>

namespace mlops::emulator {

void Recorder::record(const Request& request, const std::string& route, int status) {
  const bool writes = request.method == "PUT" || request.method == "PATCH" || request.method == "POST";
  const bool resource_manager = !request.segments.empty() && request.segments.front() == "subscriptions";
  if (m_folder.empty() || !writes || !resource_manager || !request.body_file.empty()) return;
  boost::system::error_code failure;
  const json::value body = json::parse(request.body, failure);
  if (failure) return;
  const json::value document{{"method", request.method},
                             {"path", request.path},
                             {"apiVersion", request.query_value("api-version").value_or("")},
                             {"status", status},
                             {"body", body}};
  core::write_file_atomically(m_folder / fmt::format("{:04}-{}.json", ++m_count, route),
                              document::to_pretty_json(document));
}

}  // namespace mlops::emulator
