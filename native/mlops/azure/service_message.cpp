#include <fmt/format.h>

#include <mlops/azure/service_error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/http/url.hpp>
#include <optional>
#include <set>

namespace mlops::azure {

namespace json = boost::json;

namespace {

constexpr std::size_t k_most_raw_text = 300;
constexpr int k_deepest = 8;

std::string text_of(const json::object& object, std::string_view name) {
  for (const auto& member : object) {
    if (core::equals_ignoring_case(member.key(), name) && member.value().is_string()) {
      return std::string(core::trim(std::string_view(member.value().get_string())));
    }
  }
  return {};
}

const json::object* object_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? value->if_object() : nullptr;
}

std::optional<json::value> parsed(std::string_view text) {
  boost::system::error_code failure;
  json::parse_options options;
  options.max_depth = 64;
  json::value value = json::parse(json::string_view(text.data(), text.size()), failure, {}, options);
  return failure ? std::nullopt : std::optional(std::move(value));
}

ServiceMessage message_of(const json::object& error, int depth);

/// Collects what the details add to the message that stands above them.
class Details {
 public:
  explicit Details(std::string above) : m_above(std::move(above)) {}

  void add(const json::value* detail, int depth) {
    if (!detail || !detail->is_object() || depth > k_deepest) return;
    const ServiceMessage inner = message_of(detail->get_object(), depth + 1);
    const std::string text = inner.message.empty() ? inner.code
                             : inner.code.empty()  ? inner.message
                                                   : fmt::format("{}: {}", inner.code, inner.message);
    const bool says_nothing_new =
        text.empty() || m_above.find(inner.message.empty() ? text : inner.message) != std::string::npos;
    if (!says_nothing_new && m_seen.insert(text).second) m_texts.push_back(text);
  }

  std::string text() const { return core::join(m_texts, "; "); }

 private:
  std::string m_above;
  std::set<std::string> m_seen;
  std::vector<std::string> m_texts;
};

// Some services put the whole error of another one, as JSON text, into their message.
std::optional<ServiceMessage> message_inside(const std::string& text, int depth) {
  if (text.empty() || text.front() != '{' || depth > k_deepest) return std::nullopt;
  const auto value = parsed(text);
  if (!value || !value->is_object()) return std::nullopt;
  const auto* error = object_in(value->get_object(), "error");
  ServiceMessage inner = message_of(error ? *error : value->get_object(), depth + 1);
  return inner.message.empty() ? std::nullopt : std::optional(std::move(inner));
}

ServiceMessage message_of(const json::object& error, int depth) {
  ServiceMessage result{text_of(error, "code"), text_of(error, "message")};
  if (result.code.empty()) result.code = text_of(error, "error_code");
  if (auto inner = message_inside(result.message, depth)) {
    if (result.code.empty()) result.code = inner->code;
    result.message = inner->message;
  }
  Details details(result.message);
  if (const auto* list = error.if_contains("details"); list && list->is_array()) {
    for (const auto& detail : list->get_array()) details.add(&detail, depth);
  }
  details.add(error.if_contains("innererror"), depth);
  details.add(error.if_contains("innerError"), depth);
  const std::string target = text_of(error, "target");
  if (!target.empty() && result.message.find(target) == std::string::npos && !result.message.empty()) {
    result.message += fmt::format(" (target: {})", target);
  }
  if (const std::string more = details.text(); !more.empty()) {
    result.message = result.message.empty() ? more : fmt::format("{} ({})", result.message, more);
  }
  return result;
}

// Blob storage's errors are small and regular: <Error><Code>..</Code><Message>..</Message></Error>.
std::string xml_element(const std::string& xml, const std::string& name) {
  const auto start = xml.find("<" + name + ">");
  const auto end = xml.find("</" + name + ">");
  if (start == std::string::npos || end == std::string::npos || end < start) return {};
  std::string text = xml.substr(start + name.size() + 2, end - start - name.size() - 2);
  for (const auto& [entity, character] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}}) {
    text = core::replace_all(std::move(text), entity, character);
  }
  // The request id and the time follow on lines of their own.
  return std::string(core::trim(text.substr(0, text.find('\n'))));
}

std::string one_line(std::string_view text) {
  std::string result;
  for (const char c : core::truncate_utf8(core::trim(text), k_most_raw_text)) {
    const bool space = static_cast<unsigned char>(c) <= ' ';
    if (!space) result += c;
    if (space && !result.empty() && result.back() != ' ') result += ' ';
  }
  return result;
}

ServiceMessage message_in_body(const http::Response& response) {
  if (const auto value = parsed(response.body); value && value->is_object()) {
    const auto& object = value->get_object();
    if (const auto* error = object_in(object, "error")) return message_of(*error, 0);
    return message_of(object, 0);
  }
  if (response.body.find("<Error>") != std::string::npos) {
    return {xml_element(response.body, "Code"), xml_element(response.body, "Message")};
  }
  // A page of a proxy or a gateway: its markup tells nobody anything.
  const std::string_view start = core::trim(response.body);
  if (!start.empty() && start.front() == '<') return {};
  return {{}, one_line(response.body)};
}

}  // namespace

ServiceMessage service_message(const http::Response& response) {
  ServiceMessage result = message_in_body(response);
  if (result.code.empty()) result.code = response.headers.find("x-ms-error-code").value_or("");
  return result;
}

std::string error_object_text(const json::value& error) {
  if (!error.is_object()) return {};
  const auto* nested = object_in(error.get_object(), "error");
  const ServiceMessage message = message_of(nested ? *nested : error.get_object(), 0);
  if (message.code.empty() || message.message.empty()) return message.code + message.message;
  return fmt::format("{}: {}", message.code, message.message);
}

}  // namespace mlops::azure
