#include <mlops/agent/command.hpp>

namespace mlops::agent {

namespace {

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '%':
        result += "%AZP25";
        break;
      case ';':
        result += "%3B";
        break;
      case '\r':
        result += "%0D";
        break;
      case '\n':
        result += "%0A";
        break;
      case ']':
        result += "%5D";
        break;
      default:
        result += c;
    }
  }
  return result;
}

// The data part keeps ';' and ']' as they are for the agent, which unescapes them all the same; the task library
// escapes only line ends and '%' there, and so do we, to stay readable.
std::string escaped_data(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (c == '%') {
      result += "%AZP25";
    } else if (c == '\r') {
      result += "%0D";
    } else if (c == '\n') {
      result += "%0A";
    } else {
      result += c;
    }
  }
  return result;
}

// Both openings that the agent reads as commands or formatting; a line that only contains "##vso" draws a warning.
bool starts_command(std::string_view rest) {
  return rest.substr(0, 5) == "##vso" || rest.substr(0, 3) == "##[";
}

}  // namespace

std::string format_command(std::string_view area_event, const Properties& properties, std::string_view data) {
  std::string command = "##vso[";
  command += area_event;
  const char* separator = " ";
  for (const auto& [name, value] : properties) {
    if (value.empty()) continue;
    command += separator + name + "=" + escaped(value) + ";";
    separator = "";
  }
  return command + "]" + escaped_data(data);
}

std::string neutralize(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '#' && starts_command(text.substr(i))) {
      result += "#\u200B";  // a zero-width space between the two number signs: looks the same, means nothing
    } else if (c == '\r') {
      if (i + 1 < text.size() && text[i + 1] == '\n') continue;
      result += '\n';
    } else if (c == '\x1b' || c == '\t' || c == '\n' || static_cast<unsigned char>(c) >= 0x20) {
      result += c;
    }
  }
  return result;
}

}  // namespace mlops::agent
