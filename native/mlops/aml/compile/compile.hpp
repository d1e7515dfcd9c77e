#pragma once

#include <mlops/aml/compile/fields.hpp>
#include <mlops/aml/yaml.hpp>
#include <string>
#include <vector>

namespace mlops::aml {

/// A REST document made of a YAML file.
struct Compiled {
  Kind kind{};
  std::string name;     ///< of the asset, resource or job; may be empty for a job
  std::string version;  ///< of an asset; empty: the next one
  std::string api_version = k_api_version;
  /// Where it lives, below the workspace, when not there itself: "onlineEndpoints/<name>" of a deployment.
  std::string parent;
  json::object body;  ///< as the PUT sends it: {"properties": ...} and what stands beside them
  core::FilePlace place;
  core::FilePlace name_place;
};

/// Compiles a file of a kind that this layer creates. What the document refers to is looked up, uploaded or registered
/// through the resolver, in the order of the file. Throws core::Error with the place in the YAML.
Compiled compile(Kind kind, const YamlFile& file, Resolver& resolver);

/// One kind's compiler: one file each.
Compiled compile_command_job(const Scope& scope, const Node& node);
Compiled compile_sweep_job(const Scope& scope, const Node& node);
Compiled compile_automl_job(const Scope& scope, const Node& node);
Compiled compile_spark_job(const Scope& scope, const Node& node);
Compiled compile_pipeline_job(const Scope& scope, const Node& node);
Compiled compile_named_component(const Scope& scope, const Node& node);
Compiled compile_data(const Scope& scope, const Node& node);
Compiled compile_environment(const Scope& scope, const Node& node);
Compiled compile_compute(const Scope& scope, const Node& node);
Compiled compile_datastore(const Scope& scope, const Node& node);
Compiled compile_schedule(const Scope& scope, const Node& node);
Compiled compile_model(const Scope& scope, const Node& node);
Compiled compile_batch_endpoint(const Scope& scope, const Node& node);
Compiled compile_batch_deployment(const Scope& scope, const Node& node);
Compiled compile_online_endpoint(const Scope& scope, const Node& node);
Compiled compile_online_deployment(const Scope& scope, const Node& node);

/// The id of a model without a name, registered by its content.
std::string anonymous_model_id(const Scope& scope, const Node& node);

/// What a pipeline's YAML says beside its steps.
json::object pipeline_properties(const Scope& scope, const Node& node);

/// Name and version as every asset's YAML has them; checks the characters that Azure ML allows.
void read_asset_name(Compiled& compiled, const Node& node);

/// Members that make up an asset's content: another value of one of them is another version. Dotted paths.
const std::vector<std::string>& content_members(Kind kind);

/// Where an asset of a kind lives; null for what has no versions.
const AssetKind* asset_kind(Kind kind);
/// Where a resource of a kind lives; null for assets and jobs.
const ResourceKind* resource_kind(Kind kind);

}  // namespace mlops::aml
