#include <unistd.h>

#include <cstdlib>
#include <mlops/core/real_world.hpp>

extern char** environ;  // a program declares it itself (POSIX, environ); macOS' headers don't

namespace mlops::core {

namespace {

class ProcessEnvironment : public Environment {
 public:
  std::optional<std::string> get(const std::string& name) const override {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  }

  std::map<std::string, std::string> all() const override {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry; ++entry) {
      const std::string_view text(*entry);
      const auto equals = text.find('=');
      if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
  }

  void remove(const std::string& name) override { ::unsetenv(name.c_str()); }
};

}  // namespace

std::unique_ptr<Environment> process_environment() {
  return std::make_unique<ProcessEnvironment>();
}

}  // namespace mlops::core
