#include <algorithm>
#include <cctype>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>
#include <mlops/emulator/execution/requirements.hpp>
#include <set>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

// Packages of conda that are no Python packages, or that a venv brings along.
const std::set<std::string>& not_python() {
  static const std::set<std::string> k_names{
      "python",      "pip",     "libgcc",  "libgcc-ng", "libstdcxx-ng", "libgomp", "openssl", "ca-certificates",
      "cudatoolkit", "cudnn",   "openmpi", "gcc",       "gxx",          "cmake",   "make",    "git",
      "nodejs",      "openjdk", "r-base",  "conda",     "mamba",        "blas",    "mkl",     "nomkl",
      "libopenblas"};
  return k_names;
}

const std::vector<std::pair<std::string, std::string>>& other_names() {
  static const std::vector<std::pair<std::string, std::string>> k_names{{"pytorch", "torch"},
                                                                        {"py-xgboost", "xgboost"},
                                                                        {"matplotlib-base", "matplotlib"},
                                                                        {"tensorflow-gpu", "tensorflow"},
                                                                        {"opencv", "opencv-python"}};
  return k_names;
}

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

// "channel::name=1.2=build" or "name >=1,<2" as name and version part.
std::pair<std::string, std::string> split_conda(std::string spec) {
  if (const auto colons = spec.find("::"); colons != std::string::npos) spec = spec.substr(colons + 2);
  const auto end = std::find_if_not(spec.begin(), spec.end(), is_name_character);
  std::string version(core::trim(std::string_view(spec).substr(static_cast<std::size_t>(end - spec.begin()))));
  return {core::to_lower(std::string(spec.begin(), end)), version};
}

// Conda's "=1.2" is a prefix, "=1.2=build" and "==1.2" are exact, "1.2" behind a blank is exact as well.
std::string pip_version(std::string version) {
  if (version.empty() || version == "*") return {};
  const char first = version.front();
  if (std::string_view("<>!~").find(first) != std::string_view::npos || version.starts_with("==")) {
    return core::replace_all(version, " ", "");
  }
  if (first == '=') {
    version = version.substr(1);
    if (const auto build = version.find('='); build != std::string::npos) return "==" + version.substr(0, build);
    return "==" + version + (version.ends_with("*") ? "" : ".*");
  }
  const auto blank = version.find_first_of(" =");
  return "==" + version.substr(0, blank);
}

void add_pip_line(Requirements& requirements, std::string line) {
  if (const auto comment = line.find(" #"); comment != std::string::npos) line = line.substr(0, comment);
  line = core::trim(line);
  if (line.empty() || line.front() == '#') return;
  (line.front() == '-' ? requirements.options : requirements.packages).push_back(line);
}

void add_conda_package(Requirements& requirements, const std::string& spec) {
  auto [name, version] = split_conda(spec);
  if (name == "python") {
    const auto digit = version.find_first_of("0123456789");
    if (digit != std::string::npos) {
      requirements.python = version.substr(digit, version.find_first_not_of("0123456789.", digit) - digit);
    }
    return;
  }
  if (name.empty() || not_python().count(name) != 0) return;
  for (const auto& [conda, pip] : other_names()) {
    if (name == conda) name = pip;
  }
  requirements.packages.push_back(name + pip_version(version));
}

}  // namespace

Requirements requirements_of_conda(const std::string& text, const std::string& name) {
  Requirements requirements;
  const auto document = document::Document::parse(text, name);
  if (!document.root().is_mapping()) return requirements;
  const auto dependencies = document.root().find("dependencies");
  if (!dependencies) return requirements;
  for (const auto& dependency : dependencies->children()) {
    if (!dependency.is_mapping()) {
      add_conda_package(requirements, dependency.as_text());
      continue;
    }
    const auto pip = dependency.find("pip");
    if (!pip) continue;
    for (const auto& line : pip->children()) add_pip_line(requirements, line.as_text());
  }
  return requirements;
}

Requirements requirements_of_pip(const std::string& text) {
  Requirements requirements;
  for (const auto& line : core::split(text, '\n')) add_pip_line(requirements, line);
  // A file that includes another can't be followed without its folder.
  std::erase_if(requirements.options, [](const std::string& option) {
    return option.starts_with("-r") || option.starts_with("--requirement") || option.starts_with("-e");
  });
  return requirements;
}

Requirements requirements_of_environment(const boost::json::object& properties, const fs::path& context) {
  if (const auto* conda = properties.if_contains("condaFile"); conda && conda->is_string()) {
    return requirements_of_conda(std::string(conda->get_string()), "conda file");
  }
  if (context.empty()) return {};
  for (const char* name : {"conda.yml", "conda.yaml", "conda_dependencies.yml", "conda_dependencies.yaml",
                           "environment.yml", "environment.yaml"}) {
    if (fs::exists(context / name)) return requirements_of_conda(core::read_file(context / name), name);
  }
  if (fs::exists(context / "requirements.txt"))
    return requirements_of_pip(core::read_file(context / "requirements.txt"));
  return {};
}

std::string package_name(const std::string& requirement) {
  if (requirement.find("://") != std::string::npos && requirement.find('@') == std::string::npos) return {};
  const auto end = std::find_if_not(requirement.begin(), requirement.end(), is_name_character);
  std::string name = core::to_lower(std::string(requirement.begin(), end));
  if (name.empty() || name.front() == '.') return {};
  return core::replace_all(core::replace_all(name, "_", "-"), ".", "-");
}

}  // namespace mlops::emulator
