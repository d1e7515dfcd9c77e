#pragma once

#include <map>
#include <mlops/aml/compile/resolver.hpp>
#include <mlops/aml/workspace.hpp>
#include <set>
#include <string>

namespace mlops::aml {

/// What earlier files of the same task create, by the plural of its kind and its name. Later files may refer to it
/// before it is there.
class Plan {
 public:
  void add(const AssetKind& kind, const std::string& name, const std::string& version);

  void add(const ResourceKind& kind, const std::string& name);

  /// The planned version; empty text when it will be numbered later; nothing when the asset isn't planned.
  std::optional<std::string> version(const AssetKind& kind, const std::string& name) const;

  bool has(const ResourceKind& kind, const std::string& name) const;

 private:
  std::map<std::pair<std::string, std::string>, std::string> m_versions;
  std::set<std::pair<std::string, std::string>> m_resources;
};

/// Resolves against a workspace. With `check_only` everything is looked up but nothing is uploaded or created, so that
/// a mistake in the last step of a pipeline is found before the first upload.
class WorkspaceResolver : public Resolver {
 public:
  WorkspaceResolver(Workspace& workspace, const Plan& plan, bool check_only);

  const std::string& workspace_id() const override { return m_workspace.id(); }

  std::string asset(const AssetKind& kind, const std::string& reference, const core::FilePlace& place) override;
  std::string compute(const std::string& reference, const core::FilePlace& place) override;
  std::string datastore(const std::string& reference, const core::FilePlace& place) override;

  std::optional<json::value> resource(const std::string& path) override {
    return m_workspace.manager().find(path, k_api_version);
  }

  std::string code(const CodeSource& source) override;
  Uploaded upload(const std::filesystem::path& local, const core::FilePlace& place, const std::string& asset_name,
                  const std::string& datastore) override;
  std::string blob_url(const Uploaded& uploaded) override;
  void require_endpoint(const ResourceKind& kind, const std::string& name, const core::FilePlace& place) override;
  std::string create(const Compiled& asset) override;
  std::string anonymous(const AssetKind& kind, const std::string& name, const std::string& version,
                        const json::value& body) override;

  std::string location() override { return m_workspace.location(); }

  const azure::Cloud& cloud() const override { return m_workspace.session().cloud(); }

  void keep_secret(const std::string& value) override;

  void warn(const std::string& text, const core::FilePlace& place) override;
  document::Document load(const std::filesystem::path& file, const core::FilePlace& place) override;

 private:
  Workspace& m_workspace;
  Assets m_assets;
  const Plan& m_plan;
  bool m_check_only;
  std::map<std::string, std::string> m_known;  ///< ids by what was asked: nothing is asked or made twice
  std::map<std::string, Uploaded> m_uploads;
};

}  // namespace mlops::aml
