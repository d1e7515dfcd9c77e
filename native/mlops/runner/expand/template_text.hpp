#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::runner {

/// A piece of a scalar: plain text, or the expression between ${{ and }}.
struct TextPart {
  bool is_expression = false;
  std::string text;
};

/// The pieces of a scalar; empty when it holds no expression. Throws core::Error "template-syntax" for a ${{ without
/// its end.
std::vector<TextPart> template_parts(std::string_view text);

/// A key that directs the expansion: `${{ if ... }}`, `${{ each x in ... }}` and the like.
struct Directive {
  enum class Kind { when, otherwise_when, otherwise, each, insert };

  Kind kind = Kind::when;
  std::string variable;    ///< of each
  std::string expression;  ///< empty for otherwise and insert
};

/// The directive that a key is; empty for any other key. Throws core::Error "template-syntax" for an `each` without a
/// variable.
std::optional<Directive> directive_of(std::string_view key);

}  // namespace mlops::runner
