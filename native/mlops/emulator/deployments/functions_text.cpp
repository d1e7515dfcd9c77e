#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <charconv>
#include <mlops/core/error.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/functions.hpp>
#include <mlops/http/url.hpp>

namespace mlops::emulator::deployments {

namespace {

json::value text(std::string value) {
  return json::value(std::move(value));
}

std::string joined(const Arguments& arguments, std::string_view separator) {
  std::vector<std::string> parts;
  for (const auto& argument : arguments) parts.push_back(to_text(argument));
  return core::join(parts, separator);
}

json::value concat(const Arguments& arguments) {
  if (arguments.empty() || !arguments.front().is_array()) return text(joined(arguments, ""));
  json::array result;
  for (const auto& argument : arguments) {
    for (const auto& item : array_of(argument)) result.push_back(item);
  }
  return result;
}

// {0}, {1}, and doubled braces; the formats of .NET behind a colon are not read.
json::value format(const Arguments& arguments) {
  const std::string pattern = text_of(arguments.front());
  std::string result;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool doubled = i + 1 < pattern.size() && pattern[i + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      result += c;
      ++i;
      continue;
    }
    if (c != '{') {
      result += c;
      continue;
    }
    std::size_t index = 0;
    const auto close = pattern.find('}', i);
    const char* end = pattern.data() + std::min(close, pattern.size());
    const auto [stop, failure] = std::from_chars(pattern.data() + i + 1, end, index);
    if (close == std::string::npos || failure != std::errc() || stop != end || index + 1 >= arguments.size()) {
      throw ExpressionError(fmt::format("The format '{}' is not valid for {} values.", pattern, arguments.size() - 1));
    }
    result += to_text(arguments[index + 1]);
    i = close;
  }
  return text(result);
}

// A version 5 UUID (RFC 4122) of the texts joined by '-', in the name space that Resource Manager uses.
json::value guid(const Arguments& arguments) {
  static constexpr unsigned char k_space[16] = {0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd,
                                                0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30};
  std::string bytes(reinterpret_cast<const char*>(k_space), sizeof k_space);
  bytes += joined(arguments, "-");
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0FU) | 0x50U);
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3FU) | 0x80U);
  const std::string hex = core::hex(std::string_view(reinterpret_cast<const char*>(digest), 16));
  return text(fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                          hex.substr(20)));
}

// 13 letters and digits, as in Azure, but of a hash of our own: Azure's is not documented.
json::value unique_string(const Arguments& arguments) {
  constexpr std::string_view k_alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  const std::string hex = core::sha256_hex(joined(arguments, "-"));
  std::string result;
  for (std::size_t i = 0; i < 13; ++i) {
    result += k_alphabet[static_cast<std::size_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16) % 32)];
  }
  return text(result);
}

json::value pad_left(const Arguments& arguments) {
  const std::string value = to_text(arguments[0]);
  const auto width = static_cast<std::size_t>(std::max<std::int64_t>(integer_of(arguments[1]), 0));
  const std::string pad = arguments.size() > 2 ? text_of(arguments[2]) : " ";
  return text(value.size() < width ? std::string(width - value.size(), pad.empty() ? ' ' : pad.front()) + value
                                   : value);
}

json::value split(const Arguments& arguments) {
  const std::string value = text_of(arguments[0]);
  json::array delimiters = arguments[1].is_array() ? array_of(arguments[1]) : json::array{arguments[1]};
  json::array result;
  std::string part;
  for (std::size_t i = 0; i < value.size();) {
    const auto found = std::find_if(delimiters.begin(), delimiters.end(), [&](const json::value& delimiter) {
      return !text_of(delimiter).empty() && value.compare(i, text_of(delimiter).size(), text_of(delimiter)) == 0;
    });
    if (found == delimiters.end()) {
      part += value[i++];
      continue;
    }
    result.push_back(text(std::exchange(part, {})));
    i += text_of(*found).size();
  }
  result.push_back(text(part));
  return result;
}

json::value substring(const Arguments& arguments) {
  const std::string value = text_of(arguments[0]);
  const auto start = integer_of(arguments[1]);
  const auto size = static_cast<std::int64_t>(value.size());
  const auto length = arguments.size() > 2 ? integer_of(arguments[2]) : size - start;
  if (start < 0 || length < 0 || start + length > size) {
    throw ExpressionError(
        fmt::format("The range of {} characters from {} is not within the text '{}'.", length, start, value));
  }
  return text(value.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(length)));
}

json::value index_of(const Arguments& arguments, bool last) {
  const std::string where = core::to_lower(text_of(arguments[0]));
  const std::string what = core::to_lower(text_of(arguments[1]));
  const auto found = last ? where.rfind(what) : where.find(what);
  return found == std::string::npos ? std::int64_t{-1} : static_cast<std::int64_t>(found);
}

json::value parse_json(const Arguments& arguments) {
  boost::system::error_code failure;
  json::value value = json::parse(text_of(arguments[0]), failure);
  if (!failure) return value;
  throw ExpressionError(fmt::format("The text '{}' is not JSON: {}.", text_of(arguments[0]), failure.message()));
}

std::string decoded(const Arguments& arguments) {
  try {
    return core::base64_decode(text_of(arguments[0]));
  } catch (const core::Error& error) {
    throw ExpressionError(error.message());
  }
}

bool starts(const Arguments& arguments) {
  return core::to_lower(text_of(arguments[0])).starts_with(core::to_lower(text_of(arguments[1])));
}

bool ends(const Arguments& arguments) {
  return core::to_lower(text_of(arguments[0])).ends_with(core::to_lower(text_of(arguments[1])));
}

json::value join(const Arguments& arguments) {
  std::vector<std::string> parts;
  for (const auto& item : array_of(arguments[0])) parts.push_back(to_text(item));
  return text(core::join(parts, text_of(arguments[1])));
}

json::value uri(const Arguments& arguments) {
  const std::string base = text_of(arguments[0]);
  std::string_view relative = arguments[1].as_string();
  const bool folder = base.ends_with('/');
  const auto slash = base.rfind('/');
  while (relative.starts_with('/')) relative.remove_prefix(1);
  return text((folder || slash == std::string::npos ? base : base.substr(0, slash + 1)) + std::string(relative));
}

}  // namespace

const FunctionTable& text_functions() {
  static const FunctionTable k_table = {
      {"base64", {1, 1, [](const Arguments& a) { return text(core::base64(text_of(a[0]))); }}},
      {"base64tojson", {1, 1, [](const Arguments& a) { return parse_json({text(decoded(a))}); }}},
      {"base64tostring", {1, 1, [](const Arguments& a) { return text(decoded(a)); }}},
      {"concat", {1, k_any_number, concat}},
      {"endswith", {2, 2, [](const Arguments& a) { return json::value(ends(a)); }}},
      {"format", {1, k_any_number, format}},
      {"guid", {1, k_any_number, guid}},
      {"indexof", {2, 2, [](const Arguments& a) { return index_of(a, false); }}},
      {"join", {2, 2, join}},
      {"json", {1, 1, parse_json}},
      {"lastindexof", {2, 2, [](const Arguments& a) { return index_of(a, true); }}},
      {"padleft", {2, 3, pad_left}},
      {"replace",
       {3, 3, [](const Arguments& a) { return text(core::replace_all(text_of(a[0]), text_of(a[1]), text_of(a[2]))); }}},
      {"split", {2, 2, split}},
      {"startswith", {2, 2, [](const Arguments& a) { return json::value(starts(a)); }}},
      {"string", {1, 1, [](const Arguments& a) { return text(to_text(a[0])); }}},
      {"substring", {2, 3, substring}},
      {"tolower", {1, 1, [](const Arguments& a) { return text(core::to_lower(text_of(a[0]))); }}},
      {"toupper", {1, 1, [](const Arguments& a) { return text(core::to_upper(text_of(a[0]))); }}},
      {"trim", {1, 1, [](const Arguments& a) { return text(std::string(core::trim(text_of(a[0])))); }}},
      {"uniquestring", {1, k_any_number, unique_string}},
      {"uri", {2, 2, uri}},
      {"uricomponent", {1, 1, [](const Arguments& a) { return text(http::encode(text_of(a[0]))); }}},
      {"uricomponenttostring", {1, 1, [](const Arguments& a) { return text(http::decode(text_of(a[0]))); }}},
  };
  return k_table;
}

}  // namespace mlops::emulator::deployments
