#pragma once

#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

/// What one stage or job waits for, as positions in the list.
struct GraphNode {
  std::vector<std::size_t> direct;     ///< what it names in dependsOn
  std::vector<std::size_t> ancestors;  ///< those, and what they wait for in turn
};

/// A stage without dependsOn waits for the one before it, a job for none. Throws core::Error for a name that does not
/// exist and for a cycle, with the place.
std::vector<GraphNode> stage_graph(const std::vector<Stage>& stages);
std::vector<GraphNode> job_graph(const std::vector<Job>& jobs);
/// Throws what these would throw for any part of the pipeline.
void check_graph(const Pipeline& pipeline);

}  // namespace mlops::runner
