#include "config_fixture.hpp"

#include <mlops/core/text.hpp>

namespace mlops::test {

void ConfigFolder::add(const std::string& name, const std::string& content) {
  m_files.push_back(m_folder.write(name, content));
}

void ConfigFolder::write(const std::string& name, const std::string& content) const {
  m_folder.write(name, content);
}

config::Configuration ConfigFolder::resolve(const config::Outside& outside,
                                            const std::vector<std::string>& secrets) const {
  std::vector<config::Layer> layers;
  for (const auto& file : m_files) layers.push_back(config::load_layer(file, {environment, m_folder.path()}));
  return config::Configuration::resolve(layers, outside, secrets);
}

std::string ConfigFolder::value(const std::string& name) const {
  const auto configuration = resolve();
  const auto* variable = configuration.find(name);
  return variable ? variable->value : "(not defined)";
}

std::string ConfigFolder::place(const core::FilePlace& place) const {
  return core::replace_all(core::to_string(place), m_folder.path().string() + "/", "");
}

std::string ConfigFolder::failure(const config::Outside& outside, const std::vector<std::string>& secrets) const {
  return failure_of([&] { resolve(outside, secrets); });
}

std::string ConfigFolder::failure_of(const std::function<void()>& call) const {
  try {
    call();
  } catch (const core::Error& error) {
    return core::replace_all(error.what(), m_folder.path().string() + "/", "");
  }
  return "(no error)";
}

config::Outside outside(const std::map<std::string, std::string>& values) {
  config::Outside outside;
  for (const auto& [name, value] : values) outside.names.push_back(name);
  outside.find = [values](const std::string& name) -> std::optional<config::Known> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return config::Known{found->second, name.rfind("SECRET", 0) == 0};
  };
  return outside;
}

}  // namespace mlops::test
