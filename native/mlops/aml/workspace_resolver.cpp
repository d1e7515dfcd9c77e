#include <fmt/format.h>

#include <mlops/aml/create_asset.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/aml/workspace_resolver.hpp>
#include <mlops/aml/yaml.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

constexpr std::string_view k_prefix = "azureml:";
constexpr std::string_view k_serverless = "serverless";  // the service's own; nothing to look up

std::string plain_name(const std::string& reference) {
  return reference.rfind(k_prefix, 0) == 0 ? reference.substr(k_prefix.size()) : reference;
}

}  // namespace

void Plan::add(const AssetKind& kind, const std::string& name, const std::string& version) {
  m_versions[{std::string(kind.plural), name}] = version;
}

void Plan::add(const ResourceKind& kind, const std::string& name) {
  m_resources.emplace(kind.segment, name);
}

bool Plan::has(const ResourceKind& kind, const std::string& name) const {
  return m_resources.count({std::string(kind.segment), name}) != 0;
}

std::optional<std::string> Plan::version(const AssetKind& kind, const std::string& name) const {
  const auto found = m_versions.find({std::string(kind.plural), name});
  return found == m_versions.end() ? std::nullopt : std::optional<std::string>(found->second);
}

WorkspaceResolver::WorkspaceResolver(Workspace& workspace, const Plan& plan, bool check_only)
    : m_workspace(workspace), m_assets(workspace), m_plan(plan), m_check_only(check_only) {}

std::string WorkspaceResolver::asset(const AssetKind& kind, const std::string& reference,
                                     const core::FilePlace& place) {
  const std::string key = fmt::format("{} {}", kind.plural, reference);
  if (const auto known = m_known.find(key); known != m_known.end()) return known->second;
  const auto parsed = AssetReference::parse(reference);
  const auto planned = parsed && !parsed->name.empty() ? m_plan.version(kind, parsed->name) : std::nullopt;
  if (planned) {
    const bool exact = parsed->form == AssetReference::Form::version;
    const std::string version = exact ? parsed->version : planned->empty() ? "latest" : *planned;
    if (!exact || planned->empty() || *planned == version) {
      return version_path(m_workspace.id(), kind, parsed->name, version);
    }
  }
  return m_known[key] = m_assets.resolve(kind, reference, place);
}

std::string WorkspaceResolver::compute(const std::string& reference, const core::FilePlace& place) {
  const std::string name = plain_name(reference);
  if (name.rfind("/subscriptions/", 0) == 0) return name;
  if (core::equals_ignoring_case(name, k_serverless)) return compute_path(m_workspace.id(), k_serverless);
  const std::string path = compute_path(m_workspace.id(), name);
  if (m_known.count(path) != 0 || m_plan.has(k_compute, name)) return path;
  if (!m_workspace.manager().find(path, k_api_version)) {
    std::vector<std::string> names;
    for (const auto& item : m_workspace.manager().list(m_workspace.id() + "/computes", k_api_version)) {
      names.push_back(text_at(item, "name"));
    }
    const auto nearest = core::nearest(name, names);
    throw core::Error("compute-unknown",
                      fmt::format("unknown compute \"{}\"{}", name, nearest ? core::did_you_mean(nearest) : "."), place,
                      names.empty()
                          ? "The workspace has no compute; create one, e.g. by naming its file before this one."
                          : fmt::format("The workspace has: {}.", fmt::join(names, ", ")));
  }
  return m_known[path] = path;
}

std::string WorkspaceResolver::datastore(const std::string& reference, const core::FilePlace& place) {
  const std::string name = plain_name(reference);
  if (name.rfind("/subscriptions/", 0) == 0) return name;
  const std::string path = datastore_path(m_workspace.id(), name);
  if (m_known.count(path) != 0 || m_plan.has(k_datastore, name)) return path;
  try {
    m_workspace.datastore(name);
  } catch (const core::Error& error) {
    if (error.code() == "not-found") throw error.with_place(place);
    if (error.code() != "datastore-unsupported") throw;  // the job may write where we can't upload
  }
  return m_known[path] = path;
}

std::string WorkspaceResolver::code(const CodeSource& source) {
  if (m_check_only) {
    code_files(source);
    return version_path(m_workspace.id(), k_code, "unchecked", "1");
  }
  std::string key = fmt::format("code {} {}", source.of_component, source.path.string());
  for (const auto& include : source.additional_includes) key += " " + include.string();
  if (const auto known = m_known.find(key); known != m_known.end()) return known->second;
  return m_known[key] = create_code(m_workspace, source);
}

Uploaded WorkspaceResolver::upload(const std::filesystem::path& local, const core::FilePlace& place,
                                   const std::string& asset_name, const std::string& datastore) {
  if (m_check_only || m_plan.has(k_datastore, plain_name(datastore))) {
    code_files({local, place, false, {}});
    Uploaded unchecked;
    unchecked.datastore = datastore.empty() ? k_blob_datastore : datastore;
    unchecked.path = local.filename().string();
    return unchecked;
  }
  const std::string target = plain_name(datastore);
  const std::string key = target + " " + local.string();
  if (const auto known = m_uploads.find(key); known != m_uploads.end()) return known->second;
  return m_uploads[key] = m_assets.upload(local, place, asset_name, "None", target);
}

std::string WorkspaceResolver::blob_url(const Uploaded& uploaded) {
  return m_workspace.datastore(uploaded.datastore).container_url + "/" + uploaded.path;
}

void WorkspaceResolver::require_endpoint(const ResourceKind& kind, const std::string& name,
                                         const core::FilePlace& place) {
  const std::string path = resource_path(m_workspace.id(), kind, name);
  if (m_plan.has(kind, name) || m_known.count(path) != 0) return;
  if (!m_workspace.manager().find(path, k_api_version)) {
    throw core::Error("endpoint-unknown", fmt::format("unknown {} \"{}\".", kind.noun, name), place,
                      "Create it first, or name its file beside this one.");
  }
  m_known[path] = path;
}

std::string WorkspaceResolver::create(const Compiled& asset) {
  const AssetKind& kind = *asset_kind(asset.kind);
  if (!m_check_only) return apply_asset(m_workspace, asset).id;
  return version_path(m_workspace.id(), kind, asset.name, asset.version.empty() ? "1" : asset.version);
}

std::string WorkspaceResolver::anonymous(const AssetKind& kind, const std::string& name, const std::string& version,
                                         const json::value& body) {
  const std::string path = version_path(m_workspace.id(), kind, name, version);
  if (m_check_only || m_known.count(path) != 0) return path;
  std::string id;
  try {
    id = text_at(m_assets.put(kind, name, version, body), "id");
  } catch (const core::Error& error) {
    const auto* request = std::get_if<core::RequestPlace>(&error.place());
    if (!request || request->status != 409) throw;  // 409: it is there already, with this content
  }
  return m_known[path] = id.empty() ? path : id;
}

void WorkspaceResolver::warn(const std::string& text, const core::FilePlace& place) {
  if (m_check_only) m_workspace.services().log.warning(text, place, "setting-left-out");
}

// A dry run prints documents as JSON, where a text may be written differently.
void WorkspaceResolver::keep_secret(const std::string& value) {
  agent::Log& log = m_workspace.services().log;
  for (const auto& line : core::split(value, '\n')) {
    const std::string quoted = json::serialize(json::value(line));
    log.add_secret(core::Secret(line));
    log.add_secret(core::Secret(quoted.substr(1, quoted.size() - 2)));
  }
}

document::Document WorkspaceResolver::load(const std::filesystem::path& file, const core::FilePlace& place) {
  if (!std::filesystem::is_regular_file(file)) {
    throw core::Error("file-missing", fmt::format("there is no file \"{}\".", file.string()), place,
                      "Paths count from the folder of the YAML file.");
  }
  return load_yaml(file, m_workspace.services().variables).document();
}

}  // namespace mlops::aml
