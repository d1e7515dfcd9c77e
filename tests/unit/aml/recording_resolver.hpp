#pragma once

#include <mlops/aml/compile/compile.hpp>
#include <mlops/aml/compile/resolver.hpp>
#include <mlops/aml/yaml.hpp>
#include <mlops/core/world.hpp>
#include <mlops_test/fakes.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::test {

inline const std::string k_workspace = aml::workspace_path("00000000-0000-0000-0000-000000000001", "rg", "ws");

/// Answers every reference with the id it spells, hashes what is local as if to upload it, and remembers what was
/// asked.
class RecordingResolver : public aml::Resolver {
 public:
  const std::string& workspace_id() const override { return k_workspace; }

  std::string asset(const aml::AssetKind& kind, const std::string& reference, const core::FilePlace&) override {
    const auto parsed = aml::AssetReference::parse(reference);
    references.push_back(std::string(kind.plural) + " " + reference);
    if (!parsed) throw core::Error("reference-invalid", reference);
    if (!parsed->id.empty()) return parsed->id;
    return aml::version_path(k_workspace, kind, parsed->name, parsed->version);
  }

  std::string compute(const std::string& reference, const core::FilePlace&) override {
    return aml::compute_path(k_workspace, without_prefix(reference));
  }

  std::string datastore(const std::string& reference, const core::FilePlace&) override {
    return aml::datastore_path(k_workspace, without_prefix(reference));
  }

  std::optional<boost::json::value> resource(const std::string& path) override {
    const auto found = resources.find(path);
    return found == resources.end() ? std::nullopt : std::optional<boost::json::value>(found->second);
  }

  std::string code(const aml::CodeSource& source) override {
    codes.push_back(source);
    return aml::version_path(k_workspace, aml::k_code, aml::uuid_of_hash(content_hash(aml::code_files(source))), "1");
  }

  aml::Uploaded upload(const std::filesystem::path& local, const core::FilePlace& place, const std::string&,
                       const std::string& datastore_name) override {
    aml::code_files({local, place, false, {}});
    aml::Uploaded uploaded;
    uploaded.folder = std::filesystem::is_directory(local);
    uploaded.hash = aml::object_hash(local, uploaded.folder ? aml::IgnoreRules::of_folder(local) : aml::IgnoreRules());
    uploaded.datastore = datastore_name.empty() ? aml::k_blob_datastore : datastore_name;
    uploaded.path = "LocalUpload/" + uploaded.hash + "/" + local.filename().string();
    return uploaded;
  }

  std::string blob_url(const aml::Uploaded& uploaded) override {
    return "https://storage.example/blobstore/" + uploaded.path;
  }

  void require_endpoint(const aml::ResourceKind&, const std::string&, const core::FilePlace&) override {}

  std::string create(const aml::Compiled& asset) override {
    const aml::AssetKind& kind = *aml::asset_kind(asset.kind);
    const std::string version = asset.version.empty() ? "1" : asset.version;
    created.emplace_back(std::string(kind.plural) + "/" + asset.name + "/versions/" + version, asset.body);
    return aml::version_path(k_workspace, kind, asset.name, version);
  }

  std::string anonymous(const aml::AssetKind& kind, const std::string& name, const std::string& version,
                        const boost::json::value& body) override {
    created.emplace_back(std::string(kind.plural) + "/" + name + "/versions/" + version, body);
    return aml::version_path(k_workspace, kind, name, version);
  }

  std::string location() override { return "local"; }

  const azure::Cloud& cloud() const override { return m_cloud; }

  void keep_secret(const std::string& value) override { secrets.push_back(value); }

  void warn(const std::string& text, const core::FilePlace&) override { warnings.push_back(text); }

  document::Document load(const std::filesystem::path& file, const core::FilePlace&) override {
    return aml::load_yaml(file, variables).document();
  }

  FakeEnvironment environment;
  agent::Variables variables{environment};
  std::vector<std::string> references;
  std::vector<std::string> warnings;
  std::vector<std::string> secrets;
  std::map<std::string, boost::json::value> resources;  ///< what stands in the workspace, by ARM id
  std::vector<aml::CodeSource> codes;
  std::vector<std::pair<std::string, boost::json::value>> created;  ///< path below the workspace, body

 private:
  azure::Cloud m_cloud{"AzureCloud", "https://login.example/", "", "", "", "", "", "", "storage.example"};

  static std::string without_prefix(const std::string& reference) {
    return reference.rfind("azureml:", 0) == 0 ? reference.substr(8) : reference;
  }
};

}  // namespace mlops::test
