#include <fmt/format.h>

#include <mlops/aml/snapshot/upload_progress.hpp>
#include <mlops/core/files.hpp>

namespace mlops::aml {

namespace {

constexpr auto k_between_lines = std::chrono::seconds(5);

}  // namespace

UploadProgress::UploadProgress(agent::Services& services, std::string what)
    : m_services(services), m_what(std::move(what)), m_begin(services.clock.now()), m_last_line(m_begin) {}

void UploadProgress::operator()(std::uint64_t done, std::uint64_t all) {
  if (!m_started) m_first = done;
  m_started = true;
  const int percent = all == 0 ? 100 : static_cast<int>(done * 100 / all);
  if (percent == m_percent) return;
  m_percent = percent;
  m_services.log.progress(percent, "Uploading " + m_what);
  const auto now = m_services.clock.now();
  if (percent == 100 || now - m_last_line < k_between_lines) return;
  m_last_line = now;
  const double seconds = std::chrono::duration<double>(now - m_begin).count();
  const double rate = static_cast<double>(done - m_first) / seconds;
  m_services.log.info(fmt::format("  {} %, {} of {}, {}/s", percent, core::human_size(done), core::human_size(all),
                                  core::human_size(static_cast<std::uint64_t>(rate))));
}

}  // namespace mlops::aml
