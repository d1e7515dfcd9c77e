#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace mlops::emulator {

/// What a Python environment shall hold.
struct Requirements {
  std::vector<std::string> packages;  ///< as pip takes them, in their order: "scikit-learn>=1.2"
  std::vector<std::string> options;   ///< pip options from the list: "--extra-index-url ..."
  std::string python;                 ///< the version asked for, e.g. "3.11"; may be empty

  bool empty() const { return packages.empty(); }
};

/// The packages of a conda file: the nested pip list, and conda packages under the names and version signs pip knows
/// (`scikit-learn=1.2` becomes `scikit-learn==1.2.*`). Python, pip and what isn't a Python package are left out. Throws
/// core::Error "yaml-syntax" or "type-wrong" with the place in `name`.
Requirements requirements_of_conda(const std::string& text, const std::string& name);

/// The same of a requirements.txt.
Requirements requirements_of_pip(const std::string& text);

/// The same of an environment version's properties: its condaFile, or what a build context holds (`context` is its
/// folder on disk, may be empty): conda.yml, conda.yaml, environment.yml, requirements.txt.
Requirements requirements_of_environment(const boost::json::object& properties, const std::filesystem::path& context);

/// The name of a package in a requirement, in pip's normal form: lower case with '-'. Empty for addresses and paths.
std::string package_name(const std::string& requirement);

}  // namespace mlops::emulator
