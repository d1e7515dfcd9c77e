#include <fmt/format.h>

#include <array>
#include <mlops/core/text.hpp>
#include <mlops/runner/expand/expander.hpp>
#include <mlops/runner/expand/merge.hpp>
#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

namespace json = boost::json;

namespace {

// https://learn.microsoft.com/azure/devops/pipelines/process/templates#imposed-limits
constexpr std::size_t k_most_levels = 100;

constexpr std::array<std::string_view, 4> k_lists{"stages", "jobs", "steps", "variables"};

// The values of parameters: keys such as `variables` mean nothing there.
constexpr std::string_view k_data = "parameters";

bool is_list(std::string_view key) {
  return std::find(k_lists.begin(), k_lists.end(), key) != k_lists.end();
}

// `- template: x.yml`, with parameters or without. Of anything else the service has no use beside it; among data it is
// data.
bool asks_for_template(const document::Node& node, const std::string& kind) {
  const auto* object = node.value().if_object();
  if (!object || !object->contains("template")) return false;
  for (const auto& [key, value] : node.members()) {
    if (key == "template" || key == "parameters") continue;
    if (kind == k_data || kind.empty()) return false;
    throw core::Error("template-shape", fmt::format("a template takes no \"{}\".", key), value.key_place(),
                      "Beside it stand its parameters alone; put the rest into the template.");
  }
  return true;
}

std::string name_of_variable(const Tree& name) {
  if (const auto text = expression::Value::from(name.to_json()).to_text()) return *text;
  throw error_at(name.origin, "template-shape", "the name of a variable is a text.");
}

std::vector<TextPart> parts_of(std::string_view text, const Origin& origin) {
  try {
    return template_parts(text);
  } catch (const core::Error& error) {
    throw error_at(origin, error.code(), error.message(), error.hint());
  }
}

std::optional<Directive> directive_at(std::string_view key, const Origin& origin) {
  try {
    return directive_of(key);
  } catch (const core::Error& error) {
    throw error_at(origin, error.code(), error.message(), error.hint());
  }
}

}  // namespace

Expander::Expander(TemplateFiles& files, TemplateFile file, json::object contexts, Includes included_from)
    : m_files(files),
      m_file(std::move(file)),
      m_contexts(std::move(contexts)),
      m_included_from(std::move(included_from)) {}

Tree Expander::pipeline() {
  const auto root = m_file.document->root();
  const auto origin = origin_of(root.place());
  if (!root.is_mapping()) throw error_at(origin, "template-shape", fmt::format("{} is no mapping.", m_file.name));
  Tree tree{Tree::Members(), origin};
  members(root, "", *tree.members());
  if (const auto extends = root.find("extends")) add_extended(*extends, *tree.members());
  return tree;
}

Tree::Items Expander::list(const std::string& kind, const Origin& asked_at) {
  Tree whole = pipeline();
  for (const auto name : k_lists) {
    Tree* found = kind.empty() || kind == name ? whole.find(name) : nullptr;
    if (!found) continue;
    if (name == "variables") return variable_list(*found);
    auto* items = std::get_if<Tree::Items>(&found->content);
    return items ? std::move(*items) : Tree::Items();
  }
  throw error_at(asked_at, "template-shape",
                 fmt::format("the template {} has no {}.", m_file.name, kind.empty() ? "steps, jobs or stages" : kind),
                 "A template holds one list: stages, jobs, steps or variables.");
}

Tree Expander::expand(const document::Node& node, const std::string& key) {
  const auto origin = origin_of(node.place());
  m_files.count_node(node.is_string() ? node.value().get_string().size() : 0, origin);
  if (node.is_sequence()) {
    Tree tree{Tree::Items(), origin};
    items(node, is_list(key) || key == k_data ? key : "", std::get<Tree::Items>(tree.content));
    return tree;
  }
  if (!node.is_mapping()) return scalar(node);
  Tree tree{Tree::Members(), origin};
  members(node, key, *tree.members());
  return tree;
}

Tree Expander::scalar(const document::Node& node) {
  const auto origin = origin_of(node.place());
  if (!node.is_string()) return {node.value(), origin};
  const std::string text(node.value().get_string());
  const auto parts = parts_of(text, origin);
  if (parts.size() == 1 && parts.front().is_expression) {
    auto tree = tree_of(evaluate(parts.front().text, origin).to_json(), origin);
    count_nodes(tree);
    return tree;
  }
  return {json::value(text_of(text, origin)), origin, parts.empty() && node.is_plain()};
}

void Expander::count_nodes(const Tree& tree) {
  if (const auto* items = tree.items()) {
    for (const auto& item : *items) count_nodes(item);
  } else if (const auto* members = tree.members()) {
    for (const auto& [name, value] : *members) count_nodes(value);
  }
  const auto* scalar = std::get_if<json::value>(&tree.content);
  m_files.count_node(scalar && scalar->is_string() ? scalar->get_string().size() : 0, tree.origin);
}

void Expander::items(const document::Node& sequence, const std::string& kind, Tree::Items& result) {
  Chain chain = Chain::none;
  for (const auto& node : sequence.children()) {
    const auto entries = node.is_mapping() ? node.members() : std::vector<std::pair<std::string, document::Node>>();
    const auto directive =
        entries.size() == 1 ? directive_at(entries.front().first, origin_of(node.place())) : std::nullopt;
    // `- ${{ each pair in step }}: {...}` is one mapping that gets the members of every round.
    const bool merges = directive && directive->kind == Directive::Kind::each && entries.front().second.is_mapping() &&
                        !entries.front().second.find("template");
    if (!directive || directive->kind == Directive::Kind::insert || merges) {
      if (directive) chain = Chain::none;
      item(node, kind, result);
      const auto* members = merges ? result.back().members() : nullptr;
      if (members && members->empty()) result.pop_back();
      continue;
    }
    const document::Node& below = entries.front().second;
    direct(*directive, origin_of(below.key_place()), chain, [&] {
      if (below.is_sequence()) return items(below, kind, result);
      if (!below.is_null()) item(below, kind, result);
    });
  }
}

// An expression whose value is a list, and a template, stand for all of their items.
void Expander::item(const document::Node& node, const std::string& kind, Tree::Items& result) {
  const std::size_t before = result.size();
  if (asks_for_template(node, kind)) {
    include(node, kind == k_data ? "" : kind, result);
  } else {
    Tree tree = expand(node, kind == k_data ? kind : "");
    if (node.is_string() && tree.items()) {
      for (auto& one : std::get<Tree::Items>(tree.content)) result.push_back(std::move(one));
    } else {
      result.push_back(std::move(tree));
    }
  }
  if (kind != "variables") return;
  for (std::size_t i = before; i < result.size(); ++i) {
    const auto* name = result[i].find("name");
    const auto* value = result[i].find("value");
    if (name && value) see_variable(name_of_variable(*name), *value);
  }
}

void Expander::members(const document::Node& mapping, const std::string& kind, Tree::Members& result) {
  const bool top = mapping.pointer().empty();
  // What is declared beside stages, jobs or steps is seen by all of them, wherever it stands; and by nothing outside.
  const auto own = kind == k_data ? std::nullopt : mapping.find("variables");
  const bool declares = own && !own->is_string();
  const json::value outer = declares && !top ? m_contexts["variables"] : json::value();
  std::optional<Tree> declared;
  if (declares) declared = expand(*own, "variables");
  Chain chain = Chain::none;
  for (const auto& [key, value] : mapping.members()) {
    if (top && (key == "parameters" || key == "extends")) continue;
    const auto origin = origin_of(value.key_place());
    if (const auto directive = directive_at(key, origin)) {
      direct(*directive, origin, chain, [&, &below = value] { insert_members(below, kind, origin, result); });
      continue;
    }
    const auto name = text_of(key, origin);
    const auto below = kind == k_data ? kind : name;
    add(result, kind, {name, declared && key == "variables" ? std::move(*declared) : expand(value, below)}, origin);
  }
  if (declares && !top) m_contexts["variables"] = outer;
}

void Expander::insert_members(const document::Node& below, const std::string& kind, const Origin& origin,
                              Tree::Members& result) {
  if (below.is_null()) return;
  if (below.is_mapping()) return members(below, kind, result);
  const Tree inserted = scalar(below);
  if (!inserted.members()) {
    throw error_at(origin, "template-shape", "below this key a mapping is needed: its members take the key's place.");
  }
  for (const auto& one : *inserted.members()) add(result, kind, one, origin);
}

// The service compares names without case here.
void Expander::add(Tree::Members& members, const std::string& kind, Tree::Member one, const Origin& origin) {
  for (const auto& member : members) {
    if (!core::equals_ignoring_case(member.first, one.first)) continue;
    throw error_at(origin, "template-twice", fmt::format("the key \"{}\" stands twice in one mapping.", one.first),
                   fmt::format("It comes from {} first.", core::to_string(member.second.origin.place)));
  }
  if (kind == "variables") see_variable(one.first, one.second);
  members.push_back(std::move(one));
}

void Expander::add_extended(const document::Node& extends, Tree::Members& result) {
  for (const std::string_view body : {"stages", "jobs", "steps"}) {
    const auto own = std::find_if(result.begin(), result.end(), [&](const auto& one) { return one.first == body; });
    if (own == result.end()) continue;
    throw error_at(own->second.origin, "template-shape", fmt::format("beside \"extends\" there are no {}.", body),
                   "What runs stands in the template; hand it over as a parameter, such as one of the type stepList.");
  }
  const auto reference = extended_by(extends);
  if (!reference) return;
  const Tree extended = of_template(*reference, origin_of(reference->place())).pipeline();
  merge_extended(result, *extended.members());
}

std::optional<document::Node> Expander::extended_by(const document::Node& extends) {
  if (!extends.is_mapping() || extends.value().get_object().contains("template")) return extends;
  std::optional<document::Node> chosen;
  Chain chain = Chain::none;
  for (const auto& [key, value] : extends.members()) {
    const auto origin = origin_of(value.key_place());
    const auto directive = directive_at(key, origin);
    if (!directive) return extends;
    direct(*directive, origin, chain, [&, &below = value] {
      if (!chosen) chosen = extended_by(below);
    });
  }
  return chosen;
}

void Expander::include(const document::Node& node, const std::string& kind, Tree::Items& result) {
  const auto origin = origin_of(node.at("template").place());
  for (auto& one : of_template(node, origin).list(kind, origin)) result.push_back(std::move(one));
}

Expander Expander::of_template(const document::Node& reference, const Origin& origin) {
  const auto name = text_of(reference.at("template").as_text(), origin);
  auto includes = includes_below(origin);
  if (includes->size() > k_most_levels) {
    throw error_at(
        origin, "template-limit",
        fmt::format("templates are nested more than {} levels deep, which the service refuses.", k_most_levels),
        "Does a template ask for itself?");
  }
  auto file = m_files.find(name, m_file, origin);
  const auto declarations = file.document->root().find("parameters");
  json::object contexts = m_contexts;
  contexts["parameters"] =
      bind_parameters(declarations, given_parameters(reference), name, origin, ParametersOf::templates);
  return {m_files, std::move(file), std::move(contexts), std::move(includes)};
}

std::vector<GivenParameter> Expander::given_parameters(const document::Node& reference) {
  std::vector<GivenParameter> given;
  const auto parameters = reference.find("parameters");
  if (!parameters) return given;
  const Tree values = expand(*parameters, std::string(k_data));
  const auto* all = values.members();
  if (!all) throw error_at(values.origin, "template-shape", "parameters are a mapping of names to values.");
  for (const auto& [name, value] : *all) given.push_back({name, value.to_json(), value.to_typed_json(), value.origin});
  return given;
}

void Expander::see_variable(const std::string& name, const Tree& value) {
  if (value.items() || value.members()) return;
  auto& variables = m_contexts["variables"].get_object();
  const auto before = std::find_if(variables.begin(), variables.end(), [&](const auto& one) {
    return core::equals_ignoring_case(std::string_view(one.key()), name);
  });
  const json::value text(expression::Value::from(value.to_json()).to_text().value_or(""));  // each variable is one
  if (before != variables.end()) {
    before->value() = text;
  } else {
    variables[name] = text;
  }
}

void Expander::direct(const Directive& directive, const Origin& origin, Chain& chain, const Body& body) {
  using Kind = Directive::Kind;
  const bool conditional = directive.kind == Kind::otherwise_when || directive.kind == Kind::otherwise;
  if (conditional && chain == Chain::none) {
    throw error_at(origin, "template-syntax", "there is no ${{ if }} right before it that this could belong to.");
  }
  if (!conditional) chain = Chain::none;
  if (directive.kind == Kind::insert) return body();
  if (directive.kind == Kind::each) return repeat(directive, origin, body);
  const bool last = directive.kind == Kind::otherwise;
  const bool holds = chain != Chain::taken && (last || evaluate(directive.expression, origin).to_boolean());
  if (holds) chain = Chain::taken;
  if (!holds && chain == Chain::none) chain = Chain::open;
  if (last) chain = Chain::none;
  if (holds) body();
}

void Expander::repeat(const Directive& directive, const Origin& origin, const Body& body) {
  const json::value all = evaluate(directive.expression, origin).to_json();
  const json::value* const hidden = m_contexts.if_contains(directive.variable);
  const json::value before = hidden ? *hidden : json::value();
  const bool shadows = hidden != nullptr;
  const auto run = [&](json::value one) {
    m_contexts[directive.variable] = std::move(one);
    body();
  };
  if (const auto* array = all.if_array()) {
    for (const auto& one : *array) run(one);
  } else if (const auto* object = all.if_object()) {
    for (const auto& member : *object) run(json::object{{"key", member.key()}, {"value", member.value()}});
  } else if (!all.is_null() && all != json::value("")) {
    throw error_at(origin, "template-shape",
                   fmt::format("a loop goes over a list or a mapping; {} is neither.", directive.expression));
  }
  m_contexts.erase(directive.variable);
  if (shadows) m_contexts[directive.variable] = before;
}

expression::Value Expander::evaluate(const std::string& text, const Origin& origin) {
  try {
    auto parsed = m_parsed.find(text);
    if (parsed == m_parsed.end()) parsed = m_parsed.emplace(text, expression::parse(text)).first;
    return expression::evaluate(parsed->second, {.contexts = &m_contexts, .complete = "parameters"});
  } catch (const core::Error& error) {
    throw error_at(origin, error.code(), error.message(), error.hint());
  }
}

std::string Expander::text_of(const std::string& text, const Origin& origin) {
  const auto parts = parts_of(text, origin);
  if (parts.empty()) return text;
  std::string result;
  for (const auto& part : parts) {
    const auto value = part.is_expression ? evaluate(part.text, origin).to_text() : part.text;
    if (!value) {
      throw error_at(origin, "template-shape",
                     fmt::format("{} is a list or mapping, which no text can hold.", part.text),
                     "convertToJson() makes a text of it.");
    }
    result += *value;
  }
  return result;
}

}  // namespace mlops::runner
