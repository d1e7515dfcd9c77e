#include <fmt/format.h>

#include <mlops/runner/plan/graph.hpp>
#include <set>

namespace mlops::runner {

namespace {

template <typename Named>
std::size_t position_of(const std::vector<Named>& all, const std::string& name, const Named& asking,
                        std::string_view what) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (core::equals_ignoring_case(all[i].name, name)) return i;
    if (all[i].name != asking.name) names.push_back(all[i].name);
  }
  throw error_at(
      asking.origin, "dependency-unknown",
      fmt::format("the {} \"{}\" depends on \"{}\", which is no {} {}{}", what, asking.name, name, what,
                  what == "job" ? "of its stage" : "of this pipeline", core::did_you_mean(core::nearest(name, names))));
}

/// Finds what each node waits for in turn; a node that waits for itself is in a cycle.
template <typename Named>
class Ancestors {
 public:
  Ancestors(const std::vector<Named>& all, std::vector<GraphNode>& nodes)
      : m_all(all), m_nodes(nodes), m_found(all.size()) {}

  const std::set<std::size_t>& of(std::size_t index) {
    if (m_found[index]) return *m_found[index];
    if (std::find(m_path.begin(), m_path.end(), index) != m_path.end()) throw cycle(index);
    m_path.push_back(index);
    std::set<std::size_t> result;
    for (const auto direct : m_nodes[index].direct) {
      result.insert(direct);
      result.merge(std::set<std::size_t>(of(direct)));
    }
    m_path.pop_back();
    m_found[index] = std::move(result);
    return *m_found[index];
  }

 private:
  core::Error cycle(std::size_t index) const {
    std::string text;
    for (auto one = std::find(m_path.begin(), m_path.end(), index); one != m_path.end(); ++one) {
      text += m_all[*one].name + " -> ";
    }
    return error_at(m_all[index].origin, "dependency-cycle",
                    fmt::format("the dependencies form a cycle: {}{}.", text, m_all[index].name),
                    "Remove one of them from dependsOn.");
  }

  const std::vector<Named>& m_all;
  std::vector<GraphNode>& m_nodes;
  std::vector<std::optional<std::set<std::size_t>>> m_found;
  std::vector<std::size_t> m_path;
};

template <typename Named>
std::vector<GraphNode> graph(const std::vector<Named>& all, std::string_view what, bool one_after_the_other) {
  std::vector<GraphNode> nodes(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].depends_on) {
      for (const auto& name : *all[i].depends_on) nodes[i].direct.push_back(position_of(all, name, all[i], what));
    } else if (one_after_the_other && i > 0) {
      nodes[i].direct.push_back(i - 1);
    }
  }
  Ancestors<Named> ancestors(all, nodes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& found = ancestors.of(i);
    nodes[i].ancestors.assign(found.begin(), found.end());
  }
  return nodes;
}

}  // namespace

std::vector<GraphNode> stage_graph(const std::vector<Stage>& stages) {
  return graph(stages, "stage", true);
}

std::vector<GraphNode> job_graph(const std::vector<Job>& jobs) {
  return graph(jobs, "job", false);
}

void check_graph(const Pipeline& pipeline) {
  stage_graph(pipeline.stages);
  for (const auto& stage : pipeline.stages) job_graph(stage.jobs);
}

}  // namespace mlops::runner
