#include <mlops/core/text.hpp>
#include <mlops/runner/expand/expand.hpp>
#include <mlops/runner/expand/expander.hpp>
#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

// Whether the pipeline declares the parameter as a text; that is the type of one without any.
bool is_text(const document::Node& root, const std::string& name) {
  const auto declarations = root.find("parameters");
  if (!declarations || !declarations->is_sequence()) return false;
  for (const auto& one : declarations->children()) {
    const auto own = one.find("name");
    if (!own || !own->is_string() || !core::equals_ignoring_case(own->as_string(), name)) continue;
    const auto type = one.find("type");
    return !type || (type->is_string() && core::equals_ignoring_case(type->as_string(), "string"));
  }
  return false;
}

// What the command line gives: YAML for lists and mappings, otherwise the text as it is.
GivenParameter value_of(const document::Node& root, const std::string& name, const std::string& text) {
  const Origin origin{{"--parameter", 0, 0}, {}};
  const auto trimmed = core::trim(text);
  const bool structured =
      trimmed.starts_with('{') || trimmed.starts_with('[') || trimmed.find('\n') != std::string::npos;
  if (!structured || is_text(root, name)) return {name, json::value(text), typed_scalar(json::value(text)), origin};
  const auto document = document::Document::parse(text, "--parameter", document::Scalars::as_written);
  return {name, document.value(), typed_value(document.root()), origin};
}

}  // namespace

Expanded expand(const ExpandRequest& request) {
  TemplateFiles files(fs::absolute(request.repository_root).lexically_normal(), request.repositories);
  auto file = files.pipeline(request.file);
  const auto root = file.document->root();
  std::vector<GivenParameter> given;
  for (const auto& [name, text] : request.parameters) given.push_back(value_of(root, name, text));
  json::object variables;
  for (const auto& [name, value] : request.variables) variables[name] = value;
  json::object contexts{{"parameters", bind_parameters(root.find("parameters"), given, file.name, {root.place(), {}},
                                                       ParametersOf::pipeline)},
                        {"variables", std::move(variables)}};
  return to_expanded(Expander(files, std::move(file), std::move(contexts), {}).pipeline());
}

}  // namespace mlops::runner
