#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <mlops/aml/api.hpp>
#include <mlops/aml/assets.hpp>
#include <mlops/aml/snapshot/code.hpp>
#include <mlops/azure/cloud.hpp>
#include <mlops/core/error.hpp>
#include <mlops/document/document.hpp>
#include <optional>
#include <string>

namespace mlops::aml {

struct Compiled;

/// What the compiler has to ask or to bring to the workspace before a document is complete. The compiler itself does no
/// I/O but reading the files that the YAML names.
class Resolver {
 public:
  virtual ~Resolver() = default;

  /// The workspace's ARM id.
  virtual const std::string& workspace_id() const = 0;
  /// The ARM id of an asset's version: of "azureml:name:version", "azureml:name@latest" or an id. Throws "not-found".
  virtual std::string asset(const AssetKind& kind, const std::string& reference, const core::FilePlace& place) = 0;
  /// The ARM id of a compute by its name, "azureml:name" or id; "serverless" is the service's and always there. Throws
  /// "compute-unknown".
  virtual std::string compute(const std::string& reference, const core::FilePlace& place) = 0;
  /// The ARM id of a datastore by its name, "azureml:name" or id.
  virtual std::string datastore(const std::string& reference, const core::FilePlace& place) = 0;
  /// What the workspace has at a path (an ARM id); empty when there is nothing.
  virtual std::optional<json::value> resource(const std::string& path) = 0;
  /// The ARM id of a code asset with that content.
  virtual std::string code(const CodeSource& source) = 0;
  /// A local file or folder brought to a datastore.
  virtual Uploaded upload(const std::filesystem::path& local, const core::FilePlace& place,
                          const std::string& asset_name, const std::string& datastore) = 0;
  /// The https address of a place in a datastore, for build contexts.
  virtual std::string blob_url(const Uploaded& uploaded) = 0;
  /// Throws "endpoint-unknown" for the endpoint of a deployment that is not there.
  virtual void require_endpoint(const ResourceKind& kind, const std::string& name, const core::FilePlace& place) = 0;
  /// Creates an asset with a name, or adopts the version that holds the same content; the ARM id.
  virtual std::string create(const Compiled& asset) = 0;
  /// Registers an anonymous asset whose version names its content; the ARM id.
  virtual std::string anonymous(const AssetKind& kind, const std::string& name, const std::string& version,
                                const json::value& body) = 0;
  /// The workspace's region, for resources that have one.
  virtual std::string location() = 0;
  /// The addresses of the cloud that the workspace is in.
  virtual const azure::Cloud& cloud() const = 0;
  /// From now on the value is masked wherever the task prints.
  virtual void keep_secret(const std::string& value) = 0;
  virtual void warn(const std::string& text, const core::FilePlace& place) = 0;
  /// A YAML file that another one names, its variables filled in.
  virtual document::Document load(const std::filesystem::path& file, const core::FilePlace& place) = 0;
};

}  // namespace mlops::aml
