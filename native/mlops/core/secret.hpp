#pragma once

#include <fmt/format.h>

#include <iosfwd>
#include <string>
#include <utility>

namespace mlops::core {

/// A value that must never be printed. It can't be streamed, formatted or compared by accident; reading it takes
/// reveal(), which a reviewer can search for. The memory is wiped when the value ends.
class Secret {
 public:
  Secret() = default;

  explicit Secret(std::string value) : m_value(std::move(value)) {}

  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();

  const std::string& reveal() const { return m_value; }

  bool empty() const { return m_value.empty(); }

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  std::string m_value;
};

}  // namespace mlops::core
