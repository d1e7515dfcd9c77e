#include <windows.h>

#include <mlops/core/real_world.hpp>
#include <mlops/core/windows/utf8.hpp>

namespace mlops::core {

namespace {

/// Read through the wide functions: variables are UTF-8 in here whatever the machine's code page is.
class ProcessEnvironment : public Environment {
 public:
  std::optional<std::string> get(const std::string& name) const override {
    const std::wstring wide = from_utf8(name);
    SetLastError(ERROR_SUCCESS);
    std::wstring value(GetEnvironmentVariableW(wide.c_str(), nullptr, 0), L'\0');
    if (GetLastError() == ERROR_ENVVAR_NOT_FOUND) return std::nullopt;
    value.resize(GetEnvironmentVariableW(wide.c_str(), value.data(), static_cast<DWORD>(value.size())));
    return to_utf8(value);
  }

  std::map<std::string, std::string> all() const override {
    std::map<std::string, std::string> variables;
    wchar_t* const block = GetEnvironmentStringsW();
    if (!block) return variables;
    for (const wchar_t* entry = block; *entry != L'\0'; entry += std::wcslen(entry) + 1) {
      const std::string text = to_utf8(entry);
      const auto equals = text.find('=', 1);  // "=C:=C:\\folder" holds the current folder of a drive
      if (equals != std::string::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    FreeEnvironmentStringsW(block);
    return variables;
  }

  void remove(const std::string& name) override { SetEnvironmentVariableW(from_utf8(name).c_str(), nullptr); }
};

}  // namespace

std::unique_ptr<Environment> process_environment() {
  return std::make_unique<ProcessEnvironment>();
}

}  // namespace mlops::core
