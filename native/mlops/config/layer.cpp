#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mlops/config/layer.hpp>
#include <mlops/config/names.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>

namespace mlops::config {

namespace {

using document::Node;

/// Names that one block has given so far, to find the one that stands twice.
using Block = std::map<std::string, core::FilePlace, NameLess>;

void refuse_expressions(const std::string& text, const core::FilePlace& place) {
  if (text.find("${{") != std::string::npos) {
    throw core::Error(
        "expression-unsupported", "a template expression (${{ }}) can't be evaluated here.", place,
        "Azure Pipelines evaluates it before a run starts. Use $(NAME), or an overlay below environments:.");
  }
  if (core::trim(text).rfind("$[", 0) == 0) {
    throw core::Error("expression-unsupported", "a runtime expression ($[ ]) can't be evaluated here.", place,
                      "Define the variable in the pipeline and refer to it with $(NAME).");
  }
}

std::string scalar_of(const Node& node, const std::string& what) {
  if (node.is_null()) return {};
  if (node.is_string()) return node.as_string();
  throw node.error("type-wrong", fmt::format("{} must be a text, not {}.", what, document::kind_name(node.value())),
                   "A variable holds one text; give each part a name of its own.");
}

void refuse_twice(const std::string& what, const std::string& name, const core::FilePlace& place, Block& block) {
  const auto [before, is_new] = block.emplace(name, place);
  if (is_new) return;
  throw core::Error(
      what + "-twice",
      fmt::format("the {} \"{}\" stands twice in one block, first at {}.", what, name, core::to_string(before->second)),
      place, "Names compare without case. Remove one of the two.");
}

// The parser puts a value that isn't written at all where the next token stands.
core::FilePlace value_place(const Node& node) {
  return node.is_null() ? node.key_place() : node.place();
}

class LayerReader {
 public:
  explicit LayerReader(const LayerOptions& options) : m_options(options) {}

  Layer read(const std::filesystem::path& file) {
    m_layer.file = file.string();
    read_file(file);
    return std::move(m_layer);
  }

 private:
  void read_file(const std::filesystem::path& file) {
    const auto file_document = document::Document::load(file, document::Scalars::as_written);
    const Node root = file_document.root();
    if (root.is_null()) {
      throw core::Error("config-empty", "the file holds no variables.", core::FilePlace{file.string()},
                        "Write variables: there, or take the file out of the list.");
    }
    if (root.is_mapping() && root.find("parameters")) {
      throw core::Error("expression-unsupported", "a template with parameters can't be read here.",
                        root.find("parameters")->key_place(),
                        "Azure Pipelines fills parameters in before a run starts. Use variables and $(NAME).");
    }
    root.require_keys({"variables", "environments"}, "a configuration file");
    m_chain.push_back(file);
    if (const auto variables = root.find("variables")) read_block(*variables);
    if (const auto environments = root.find("environments")) read_overlay(*environments);
    m_chain.pop_back();
  }

  void read_overlay(const Node& environments) {
    Block names;
    for (const auto& [name, block] : environments.members()) {
      refuse_twice("environment", name, block.key_place(), names);
      m_layer.environments.push_back(name);
      if (core::equals_ignoring_case(name, m_options.environment)) read_block(block);
    }
  }

  void read_block(const Node& node) {
    Block block;
    if (node.is_null()) return;
    if (node.is_mapping()) {
      for (const auto& [name, value] : node.members()) {
        refuse_expressions(name, value.key_place());
        add({name, scalar_of(value, fmt::format("the value of {}", name)), value_place(value), value.key_place()},
            block);
      }
    } else if (node.value().is_array()) {
      for (const auto& entry : node.children()) read_entry(entry, block);
    } else {
      throw node.error("type-wrong",
                       fmt::format("variables are a mapping or a list, not {}.", document::kind_name(node.value())),
                       "Write NAME: value, or - name: NAME with value: below it.");
    }
  }

  void read_entry(const Node& entry, Block& block) {
    if (!entry.is_mapping()) {
      throw entry.error("type-wrong",
                        fmt::format("an entry of variables is a mapping, not {}.", document::kind_name(entry.value())),
                        "Write - name: NAME with value: below it.");
    }
    for (const auto& [key, value] : entry.members()) refuse_expressions(key, value.key_place());
    if (const auto group = entry.find("group")) {
      throw group->error(
          "group-unsupported",
          fmt::format("the values of the variable group \"{}\" can't be read here; only Azure Pipelines knows them.",
                      group->as_string()),
          "List the group under variables: of the pipeline, where $(NAME) finds its values, or write them into a "
          "file.");
    }
    if (const auto included = entry.find("template")) {
      entry.require_keys({"template"}, "a template entry");
      include(*included);
    } else {
      read_named(entry, block);
    }
  }

  void read_named(const Node& entry, Block& block) {
    entry.require_keys({"name", "value", "readonly", "template"}, "an entry of variables");
    const Node name = entry.at("name");
    if (!entry.value().get_object().contains("value")) static_cast<void>(entry.at("value"));
    const Node value(entry.document(), entry.value().at("value"), document::pointer_to(entry.pointer(), "value"));
    add({name.as_string(), scalar_of(value, fmt::format("the value of {}", name.as_string())), value_place(value),
         name.place()},
        block);
  }

  void add(Definition definition, Block& block) {
    refuse_expressions(definition.name, definition.name_place);
    refuse_expressions(definition.text, definition.place);
    refuse_twice("variable", definition.name, definition.name_place, block);
    m_layer.definitions.push_back(std::move(definition));
  }

  void include(const Node& node) {
    const std::filesystem::path file = template_file(node);
    const auto canonical = std::filesystem::weakly_canonical(file);
    std::string circle;
    for (const auto& including : m_chain) {
      const bool begins = std::filesystem::weakly_canonical(including) == canonical;
      if (begins || !circle.empty()) circle += including.string() + " → ";
    }
    if (!circle.empty()) {
      throw node.error("template-circle",
                       fmt::format("the templates include one another: {}{}.", circle, file.string()),
                       "Remove one of the template entries.");
    }
    try {
      read_file(file);
    } catch (const core::Error& error) {
      throw error.with_place(node.place());
    }
  }

  std::filesystem::path template_file(const Node& node) const {
    std::string path = node.as_string();
    refuse_expressions(path, node.place());
    if (const auto at = path.rfind('@'); at != std::string::npos) {
      const std::string repository = path.substr(at + 1);
      if (!core::equals_ignoring_case(repository, "self")) {
        throw node.error(
            "template-elsewhere",
            fmt::format("the template stands in the repository \"{}\", which can't be read here.", repository),
            "Check that repository out and name the file in the task's files.");
      }
      path.resize(at);
    }
    const bool from_root = path.rfind('/', 0) == 0;
    const std::filesystem::path folder = from_root ? m_options.root : m_chain.back().parent_path();
    return (folder / (from_root ? path.substr(1) : path)).lexically_normal();
  }

  const LayerOptions& m_options;
  Layer m_layer;
  std::vector<std::filesystem::path> m_chain;  ///< the file being read and those that include it
};

}  // namespace

Layer load_layer(const std::filesystem::path& file, const LayerOptions& options) {
  return LayerReader(options).read(file);
}

Layer make_layer(const std::vector<std::pair<std::string, std::string>>& values, const std::string& origin) {
  Layer layer;
  layer.file = origin;
  for (const auto& [name, text] : values) {
    layer.definitions.push_back({name, text, core::FilePlace{origin}, core::FilePlace{origin}});
  }
  return layer;
}

}  // namespace mlops::config
