#include <algorithm>
#include <mlops/runner/expand/merge.hpp>

namespace mlops::runner {

namespace json = boost::json;

namespace {

Tree::Items joined(Tree::Items first, const Tree::Items& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// The template's repositories, containers and the like come after those of the pipeline.
void add_resources(Tree& own, const Tree& more) {
  if (!own.members() || !more.members()) return;
  for (const auto& [kind, list] : *more.members()) {
    const Tree* before = own.find(kind);
    const bool both = before && before->items() && list.items();
    put(*own.members(), kind, both ? Tree{joined(*before->items(), *list.items()), before->origin} : list);
  }
}

}  // namespace

Tree::Items variable_list(const Tree& variables) {
  if (const auto* items = variables.items()) return *items;
  Tree::Items result;
  if (const auto* members = variables.members()) {
    for (const auto& [name, value] : *members) {
      Tree::Members entry{{"name", Tree{json::value(name), value.origin}}, {"value", value}};
      result.push_back({std::move(entry), value.origin});
    }
  }
  return result;
}

void merge_extended(Tree::Members& pipeline, const Tree::Members& extended) {
  for (const auto& [name, value] : extended) {
    const auto own =
        std::find_if(pipeline.begin(), pipeline.end(), [&, &key = name](const auto& one) { return one.first == key; });
    if (own == pipeline.end()) {
      pipeline.emplace_back(name, value);
    } else if (name == "variables") {
      own->second.content = joined(variable_list(own->second), variable_list(value));
    } else if (name == "resources") {
      add_resources(own->second, value);
    } else {
      own->second = value;
    }
  }
}

}  // namespace mlops::runner
