#pragma once

#include <filesystem>
#include <memory>
#include <mlops/agent/variables.hpp>
#include <mlops/document/document.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::aml {

/// What a CLI v2 file describes.
enum class Kind {
  command_job,
  sweep_job,
  spark_job,
  automl_job,
  pipeline_job,
  component,
  data,
  environment,
  compute,
  datastore,
  model,
  schedule,
  batch_endpoint,
  batch_deployment,
  online_endpoint,
  online_deployment,
};

/// "a command job", "a data asset", ... for messages.
std::string kind_name(Kind kind);

/// Something that runs, and can be watched.
bool is_job(Kind kind);

/// What is changed in a file before it is read.
struct Overrides {
  std::string parameters = {};                                   ///< YAML that is merged into the file
  std::vector<std::pair<std::string, std::string>> values = {};  ///< `a.b.c` and a value as YAML; win over parameters
};

/// A CLI v2 file, its variables filled in and overrides applied. Handles on nodes stay good when it is moved.
class YamlFile {
 public:
  YamlFile() = default;

  /// A document that stands in that file or is to be read as if it did.
  YamlFile(document::Document document, std::filesystem::path file)
      : m_document(std::make_shared<document::Document>(std::move(document))), m_file(std::move(file)) {}

  const document::Document& document() const { return *m_document; }

  document::Node root() const { return m_document->root(); }

  const std::filesystem::path& file() const { return m_file; }

  /// Relative paths in the file count from here.
  std::filesystem::path folder() const { return m_file.parent_path(); }

  /// A path from the file made absolute (as text it is normalized, links are not resolved).
  std::filesystem::path local_path(const std::string& path) const;

 private:
  friend YamlFile load_yaml(const std::filesystem::path&, const agent::Variables&, const Overrides&);
  friend YamlFile parse_yaml(const std::string&, const std::filesystem::path&, const agent::Variables&,
                             const Overrides&);
  std::shared_ptr<document::Document> m_document;
  std::filesystem::path m_file;
};

/// Reads the file, applies the overrides, then replaces every `$(NAME)` in texts by the
/// pipeline variable of that name; `$$(NAME)` becomes the text `$(NAME)`, and what can't be a variable's name, such as
/// `$(ls -l)`, stays. Throws core::Error "variable-unknown" at the place, with the nearest name, and what Document
/// throws. Secret variables are refused ("variable-secret"): they would end up in the job's definition. Only the
/// credentials of a datastore may hold them, which the service keeps in its key vault.
YamlFile load_yaml(const std::filesystem::path& file, const agent::Variables& variables,
                   const Overrides& overrides = {});
/// The same for a text; `file` stands for its place.
YamlFile parse_yaml(const std::string& text, const std::filesystem::path& file, const agent::Variables& variables,
                    const Overrides& overrides = {});

/// A path as a file in the folder writes it (relative, absolute, or with `file:`), absolute and without final '/'.
std::filesystem::path resolve_path(const std::filesystem::path& folder, const std::string& path);

/// What the file is: by `$schema` (the name of the schema file), by `type`, or by the keys that only one kind has.
/// Throws core::Error "kind-unknown" that lists the kinds.
Kind kind_of(const YamlFile& file);

}  // namespace mlops::aml
