#include <fmt/format.h>

#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/runner/expand/template_files.hpp>
#include <mlops/runner/model/pipeline.hpp>

namespace mlops::runner {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_self = "self";
// https://learn.microsoft.com/azure/devops/pipelines/process/templates#imposed-limits
constexpr std::size_t k_most_files = 100;
constexpr std::size_t k_most_memory = 20 * 1024 * 1024;
constexpr std::size_t k_node = 100;  // about what the service takes: 20 MB are 0.6 to 2 MB of YAML there

// How places name a file: as a person at this folder would, when it is below it.
std::string shown_name(const fs::path& file) {
  std::error_code failure;
  const auto here = fs::current_path(failure);
  if (failure || !file.is_absolute()) return file.string();
  const auto near = file.lexically_relative(here);
  return near.empty() || *near.begin() == ".." ? file.string() : near.string();
}

}  // namespace

TemplateFiles::TemplateFiles(fs::path root, const std::map<std::string, fs::path>& repositories)
    : m_root(std::move(root)), m_repositories(repositories) {}

TemplateFile TemplateFiles::pipeline(const fs::path& file) {
  return {load(file), k_self, m_root, fs::absolute(file).lexically_normal().parent_path(), file.string()};
}

TemplateFile TemplateFiles::find(const std::string& reference, const TemplateFile& from, const Origin& origin) {
  const auto at = reference.find('@');
  const std::string path = core::replace_all(reference.substr(0, at), "\\", "/");
  std::string alias = at == std::string::npos ? from.repository : reference.substr(at + 1);
  if (alias.empty()) alias = k_self;
  fs::path root = from.root;
  const bool same = core::equals_ignoring_case(alias, from.repository);
  if (core::equals_ignoring_case(alias, k_self)) {
    root = m_root;
  } else if (!same) {
    const auto known = std::find_if(m_repositories.begin(), m_repositories.end(),
                                    [&](const auto& one) { return core::equals_ignoring_case(one.first, alias); });
    if (known == m_repositories.end()) {
      throw error_at(origin, "repository-unknown",
                     fmt::format("the repository \"{}\" has no folder on this machine.", alias),
                     fmt::format("Name it: --repository {}=FOLDER.", alias));
    }
    root = fs::absolute(known->second);
  }
  const bool relative = same && !path.starts_with('/');
  const auto file =
      (relative ? from.folder / path : root / path.substr(path.starts_with('/') ? 1 : 0)).lexically_normal();
  if (const auto below = file.lexically_relative(root.lexically_normal()); below.empty() || *below.begin() == "..") {
    throw error_at(origin, "template-missing",
                   fmt::format("the template \"{}\" is not in its repository {}.", reference, root.string()),
                   "A path may not lead above the repository's folder.");
  }
  if (!fs::is_regular_file(file)) {
    throw error_at(origin, "template-missing", fmt::format("there is no template \"{}\".", reference),
                   fmt::format("It would be the file {}.", file.string()));
  }
  if (m_documents.size() > k_most_files && !m_documents.contains(file)) {
    throw error_at(origin, "template-limit",
                   fmt::format("the pipeline takes more than {} files, which the service refuses.", k_most_files), "");
  }
  return {load(file), alias, root, file.parent_path(), reference};
}

void TemplateFiles::count_node(std::size_t characters, const Origin& origin) {
  m_memory += k_node + 2 * characters;
  if (m_memory <= k_most_memory) return;
  throw error_at(origin, "template-limit", "the pipeline becomes larger than the 20 MB that the service allows.",
                 "Do loops within loops multiply each other?");
}

std::shared_ptr<const document::Document> TemplateFiles::load(const fs::path& file) {
  auto& loaded = m_documents[file];
  if (!loaded) {
    loaded = std::make_shared<document::Document>(
        document::Document::parse(core::read_file(file), shown_name(file), document::Scalars::as_written));
    if (const auto* anchor = loaded->first_anchor()) {
      throw core::Error("template-shape", "Azure Pipelines takes no YAML anchors (&name) and aliases (*name).", *anchor,
                        "Make a template or a parameter of what stands there.");
    }
  }
  return loaded;
}

}  // namespace mlops::runner
