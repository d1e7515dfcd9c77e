#pragma once

#include <functional>
#include <mlops/config/configuration.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>
#include <string>
#include <vector>

namespace mlops::test {

/// Layers written for one test; places and messages name the files without their folder.
class ConfigFolder {
 public:
  /// Writes a file and adds it to the layers unless it is only there to be included.
  void add(const std::string& name, const std::string& content);
  void write(const std::string& name, const std::string& content) const;

  config::Configuration resolve(const config::Outside& outside = {},
                                const std::vector<std::string>& secrets = {}) const;
  /// The value of a variable after resolve().
  std::string value(const std::string& name) const;
  /// "file:line:column" without the folder.
  std::string place(const core::FilePlace& place) const;
  /// The whole text of the error that resolving ends with.
  std::string failure(const config::Outside& outside = {}, const std::vector<std::string>& secrets = {}) const;
  /// The whole text of the error that the call ends with.
  std::string failure_of(const std::function<void()>& call) const;

  std::string environment;

 private:
  TemporaryFolder m_folder;
  std::vector<std::filesystem::path> m_files;
};

/// Known outside the layers by exact name; a name that begins with "SECRET" is secret.
config::Outside outside(const std::map<std::string, std::string>& values);

}  // namespace mlops::test
