#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mlops/document/document.hpp>
#include <mlops/runner/expanded.hpp>
#include <string>

namespace mlops::runner {

/// A YAML file of a repository.
struct TemplateFile {
  std::shared_ptr<const document::Document> document;
  std::string repository;      ///< alias; "self" is the pipeline's own
  std::filesystem::path root;  ///< the repository's folder
  std::filesystem::path folder;
  std::string name;  ///< as a person would write it: path@alias
};

/// Finds and reads templates, each file once.
class TemplateFiles {
 public:
  TemplateFiles(std::filesystem::path root, const std::map<std::string, std::filesystem::path>& repositories);

  TemplateFile pipeline(const std::filesystem::path& file);

  /// The template that a file asks for: `path`, `/path`, `path@alias` or `path@self`. A path without a leading slash is
  /// relative to the file that asks. Throws core::Error "template-missing", "repository-unknown" and
  /// "template-limit".
  TemplateFile find(const std::string& reference, const TemplateFile& from, const Origin& origin);

  /// Counts a node of the expanded pipeline with a text of so many bytes. Throws "template-limit" where the service
  /// would have no memory left.
  void count_node(std::size_t characters, const Origin& origin);

 private:
  std::shared_ptr<const document::Document> load(const std::filesystem::path& file);

  std::filesystem::path m_root;
  const std::map<std::string, std::filesystem::path>& m_repositories;
  std::map<std::filesystem::path, std::shared_ptr<const document::Document>> m_documents;
  std::size_t m_memory = 0;
};

}  // namespace mlops::runner
