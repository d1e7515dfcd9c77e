#include <fmt/format.h>

#include <mlops/agent/program.hpp>
#include <mlops/core/text.hpp>

namespace mlops::agent {

namespace {

constexpr std::size_t k_width = 100;
constexpr const char* k_indent = "      ";

std::string wrapped(const std::string& text) {
  std::string lines;
  std::string line;
  for (const auto& word : core::split(text, ' ')) {
    if (!line.empty() && line.size() + word.size() + 1 > k_width - 6) {
      lines += k_indent + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return lines + k_indent + line + "\n";
}

std::string value_hint(const InputSpec& input) {
  if (input.type == InputType::boolean) return "[true|false]";
  if (input.type == InputType::pick_list) return core::join(legal_values(input), "|");
  if (input.type == InputType::integer) return "NUMBER";
  if (input.type == InputType::file_path) return "FILE";
  if (input.type == InputType::multi_line) return "LINES";
  if (input.type == InputType::connected_service) return "CONNECTION";
  return "TEXT";
}

std::string entry(const InputSpec& input) {
  std::string text =
      fmt::format("  {} {}{}\n", flag_name(input.name), value_hint(input), input.required ? "  (required)" : "");
  std::string help = input.help;
  if (!input.default_value.empty()) help += fmt::format(" Default: {}.", input.default_value);
  return text + wrapped(help);
}

}  // namespace

std::string help_text(const TaskSpec& spec, const std::string& version) {
  std::string text = fmt::format(
      "{} {} - the {}@1 task of Azure Pipelines\n\n{}\n\nUsage: {} [inputs]\n\n"
      "Every input is a flag here and an input of the task in YAML; a flag wins over the INPUT_* variable that the\n"
      "agent sets. A flag with several lines may be given several times.\n\nInputs:\n",
      spec.executable, version, spec.name, spec.description, spec.executable);
  for (const auto& input : all_inputs(spec)) text += entry(input);
  text += "\nOutput variables:\n";
  for (const auto& output : spec.outputs) text += fmt::format("  {}\n", output.name) + wrapped(output.help);
  if (!spec.example.empty()) {
    text += "\nExample:\n";
    for (const auto& line : core::split(core::trim(spec.example), '\n')) text += fmt::format("  {}\n", line);
  }
  text += "\nOther flags:\n";
  text += "  --help       this text\n  --version    the version\n  --verbose    each request and its answer's status\n";
  text += "  --task-json  the task.json made from this table\n\n";
  text += "Exit code: 0 success, 1 failure, 2 wrong arguments, 130 cancelled.\n";
  return text;
}

}  // namespace mlops::agent
