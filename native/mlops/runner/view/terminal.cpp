#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <mlops/runner/view/terminal.hpp>
#include <string_view>

namespace mlops::runner {

Terminal::Terminal() {
  if (!can_ask()) return;
  // In the background of its own terminal, a process that changes the settings would be stopped.
  const auto foreground = ::tcgetpgrp(STDIN_FILENO);
  if (foreground >= 0 && foreground != ::getpgrp()) return;
  auto settings = std::make_unique<termios>();
  if (::tcgetattr(STDIN_FILENO, settings.get()) != 0) return;
  termios quiet = *settings;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
  quiet.c_cc[VMIN] = 1;
  quiet.c_cc[VTIME] = 0;
  if (::tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0) m_before = std::move(settings);
}

Terminal::~Terminal() {
  if (m_before) ::tcsetattr(STDIN_FILENO, TCSANOW, m_before.get());
}

bool Terminal::can_redraw() {
  const char* type = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && type && *type && std::string_view(type) != "dumb";
}

bool Terminal::can_ask() {
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
}

TerminalSize Terminal::size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

std::string Terminal::keys(int milliseconds) {
  const bool listening = m_before && !m_ended;
  pollfd input{listening ? STDIN_FILENO : -1, POLLIN, 0};
  if (::poll(&input, 1, milliseconds) <= 0) return {};
  std::array<char, 256> buffer{};
  const auto size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  m_ended = size <= 0;
  return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

}  // namespace mlops::runner
