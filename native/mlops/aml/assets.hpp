#pragma once

#include <filesystem>
#include <mlops/aml/api.hpp>
#include <mlops/aml/workspace.hpp>
#include <mlops/core/error.hpp>
#include <optional>
#include <string>

namespace mlops::aml {

/// What a text such as "azureml:name:3" says, before anything is asked.
struct AssetReference {
  enum class Form {
    version,   ///< azureml:name:version
    label,     ///< azureml:name@latest
    arm_id,    ///< [azureml:]/subscriptions/.../versions/<v>, kept as it is
    registry,  ///< azureml://registries/<r>/<plural>/<name>/versions/<v> or /labels/<l>, kept as it is
    name,      ///< azureml:name: neither version nor label
  };
  Form form = Form::name;
  std::string name;
  std::string version;  ///< or the label
  std::string id;       ///< for arm_id and registry

  /// Empty when the text is no reference (a path, a URL, a plain word).
  static std::optional<AssetReference> parse(const std::string& text);
};

/// An asset's version as the service knows it.
struct AssetVersion {
  std::string name;
  std::string version;
  std::string id;
};

/// Something local that now stands in a datastore.
struct Uploaded {
  std::string hash;       ///< the SDK's object hash
  std::string datastore;  ///< its name
  std::string path;       ///< "LocalUpload/<hash>/<name>", for a folder without final '/'
  bool folder = false;
  std::string url;         ///< its https address, where it is in no datastore
  bool was_there = false;  ///< nothing was sent: the same content had been uploaded before

  /// The address, of a place in a datastore the short form.
  std::string uri() const { return url.empty() ? datastore_uri(datastore, path) : url; }
};

/// Finding and numbering versioned assets, and uploading what they hold.
class Assets {
 public:
  explicit Assets(Workspace& workspace) : m_workspace(workspace) {}

  /// The ARM id that a reference names. A plain version is not looked up unless `must_exist`; "latest" is. Throws
  /// core::Error "reference-invalid", or "not-found" at the place, with the nearest existing name or the versions there
  /// are.
  std::string resolve(const AssetKind& kind, const std::string& text, const core::FilePlace& place,
                      bool must_exist = true);

  /// The version or empty. `version` may be "latest" (also as a label).
  std::optional<json::value> find(const AssetKind& kind, const std::string& name, const std::string& version);
  /// The number of the newest version, empty when there is none.
  std::optional<std::string> latest_version(const AssetKind& kind, const std::string& name);
  /// What the next version is called: the service's own proposal, or one above the highest number, "1" at first.
  std::string next_version(const AssetKind& kind, const std::string& name);
  /// Names of all assets of a kind, for suggestions.
  std::vector<std::string> names(const AssetKind& kind);

  /// Creates or replaces a version with this body ({"properties": ...}) and returns the service's answer.
  json::value put(const AssetKind& kind, const std::string& name, const std::string& version, const json::value& body);

  /// Uploads a file or folder where the SDK would: LocalUpload/<hash>/<name> of workspaceblobstore (or the datastore
  /// named), with its mark of completion, so that neither sends again what the other has sent. `asset_name` and
  /// `asset_version` go into the mark. In a dry run only the hash is made. Throws core::Error "file-missing" at the
  /// place.
  Uploaded upload(const std::filesystem::path& local, const core::FilePlace& place, const std::string& asset_name,
                  const std::string& asset_version = "None", const std::string& datastore = {});

 private:
  core::Error missing_version(const AssetKind& kind, const std::string& name, const std::string& version,
                              const core::FilePlace& place);

  Workspace& m_workspace;
};

/// Name and version out of ".../data/<name>/versions/<version>". Throws core::Error "reference-invalid".
AssetVersion parse_version_id(const std::string& id);

}  // namespace mlops::aml
