#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mlops/aml/compile/expressions.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

constexpr std::string_view k_open = "${{";
constexpr std::string_view k_close = "}}";
constexpr std::string_view k_name_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
// What the service itself fills in, in paths of outputs and in commands.
constexpr std::array<std::string_view, 4> k_service_names = {"name", "output_name", "default_datastore", "root_job"};

core::Error syntax(const document::Node& node, const std::string& what) {
  return node.error("expression-syntax", what,
                    "Write ${{inputs.<name>}}, ${{outputs.<name>}}, ${{parent.inputs.<name>}} or "
                    "${{parent.jobs.<step>.outputs.<name>}}.");
}

Expression parse(const document::Node& node, std::string_view inside) {
  const std::string text(core::trim(inside));
  Expression expression{core::split(text, '.')};
  for (const auto& part : expression.parts) {
    if (part.empty() || part.find_first_not_of(k_name_characters) != std::string::npos) {
      throw syntax(node, fmt::format("\"${{{{{}}}}}\" is no expression that Azure ML knows.", text));
    }
  }
  return expression;
}

// An input "group.rate" is also meant by the name of its group.
bool knows(const Names& names, const std::string& name) {
  if (names.count(name) != 0) return true;
  const auto after = names.lower_bound(name + ".");
  if (after != names.end() && after->rfind(name + ".", 0) == 0) return true;
  return names.count(name.substr(0, name.find('.'))) != 0;
}

}  // namespace

std::string Expression::name_from(std::size_t part) const {
  return core::join({parts.begin() + static_cast<std::ptrdiff_t>(std::min(part, parts.size())), parts.end()}, ".");
}

std::string Expression::canonical() const {
  return fmt::format("{}{}{}", k_open, core::join(parts, "."), k_close);
}

std::vector<Expression> expressions_in(const document::Node& node) {
  std::vector<Expression> expressions;
  if (!node.is_string()) return expressions;
  const std::string text = node.as_string();
  for (auto begin = text.find(k_open); begin != std::string::npos; begin = text.find(k_open, begin)) {
    const auto end = text.find(k_close, begin);
    if (end == std::string::npos) {
      throw syntax(node, fmt::format("the expression \"{}\" isn't closed with }}}}.",
                                     core::truncate_utf8(text.substr(begin), 40)));
    }
    begin += k_open.size();
    expressions.push_back(parse(node, std::string_view(text).substr(begin, end - begin)));
    begin = end + k_close.size();
  }
  return expressions;
}

std::optional<Expression> whole_expression(const document::Node& node) {
  if (!node.is_string()) return std::nullopt;
  const std::string text = node.as_string();
  const std::string_view trimmed = core::trim(text);
  if (trimmed.rfind(k_open, 0) != 0 || trimmed.find(k_close) + k_close.size() != trimmed.size()) return std::nullopt;
  return expressions_in(node).front();
}

core::Error unknown_name(const document::Node& node, const std::string& what, const std::string& name,
                         const Names& known, const std::string& of) {
  const auto nearest = core::nearest(name, known);
  return node.error(
      "expression-unknown",
      fmt::format("{} has no {} \"{}\"{}", of, what, name, nearest ? core::did_you_mean(nearest) : "."),
      known.empty() ? fmt::format("It has no {}s at all.", what) : fmt::format("It has: {}.", fmt::join(known, ", ")));
}

void check_command(const document::Node& command, const Names& inputs, const Names& outputs) {
  for (const auto& expression : expressions_in(command)) {
    const std::string& root = expression.parts.front();
    const std::string name = expression.name_from(1);
    if (root == "inputs" && expression.parts.size() > 1) {
      if (!knows(inputs, name)) throw unknown_name(command, "input", name, inputs, "the command's job");
    } else if (root == "outputs" && expression.parts.size() > 1) {
      if (!knows(outputs, name)) throw unknown_name(command, "output", name, outputs, "the command's job");
    } else if (root != "search_space" &&
               std::find(k_service_names.begin(), k_service_names.end(), root) == k_service_names.end()) {
      throw command.error("expression-unknown", fmt::format("\"{}\" can't stand in a command.", expression.canonical()),
                          "A command knows ${{inputs.<name>}} and ${{outputs.<name>}}; bind others as inputs.");
    }
  }
}

}  // namespace mlops::aml
