#pragma once

#include <boost/json.hpp>
#include <mlops/agent/variables.hpp>
#include <mlops/core/world.hpp>
#include <string>
#include <vector>

namespace mlops::aml {

namespace json = boost::json;

/// What a job is called, so that a repetition of the same pipeline run finds it again.
struct JobName {
  std::string name;
  /// Names that earlier attempts of the same pipeline run gave the same job, the newest first.
  std::vector<std::string> earlier;
};

/// `<stem>-<build id>-<attempt>` in a pipeline; outside of one `<stem>-<content>-<time>`. `content` is the hash of the
/// job's definition.
JobName job_name(const std::string& stem, const std::string& content, const agent::PipelineRun& run,
                 core::SystemTime now);

/// The text as Azure ML allows it in a job's name: letters, digits, '-' and '_', beginning with a letter or digit; what
/// is too long is cut and gets a hash, so that different texts stay different.
std::string sanitized_job_name(const std::string& text, std::size_t longest = 200);

/// A short hash of a job's definition: the same for the same job, whatever the order of its keys.
std::string definition_hash(const json::value& body);

}  // namespace mlops::aml
