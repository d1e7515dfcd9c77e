#pragma once

#include <functional>
#include <string>
#include <vector>

namespace mlops::document {

/// A text with some escapes written anew.
struct JoinedText {
  std::string text;
  std::vector<std::size_t> pairs;  ///< where in `text` a pair was joined; each is 2 characters shorter there
};

/// JSON text whose escaped surrogate pairs ("\ud83d\ude80") are written as YAML's one escape ("\U0001f680"), so that a
/// YAML parser reads the character which they mean (RFC 8259, section 7; YAML 1.2.2, section 5.7).
/// Half a pair means no character: `refuse` is called with its offset in `text` and is to throw.
JoinedText with_joined_surrogates(const std::string& text, const std::function<void(std::size_t)>& refuse);

}  // namespace mlops::document
