#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mlops/agent/input.hpp>
#include <mlops/aml/assets.hpp>
#include <mlops/aml/compile/component.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::size_t k_shortest_name = 3;
constexpr std::size_t k_longest_name = 32;
constexpr std::size_t k_hash_length = 6;
constexpr std::string_view k_prefix = "model-";
constexpr std::string_view k_no_traffic = "none";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_inner(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

// Names hold letters, digits and '-'; versions may hold more. Leaves room for the hash.
std::string nameable(const std::string& text) {
  std::string name;
  for (const char c : text.substr(0, k_longest_name - k_hash_length - 1)) name += is_inner(c) ? c : '-';
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name;
}

bool has_share(const aml::Traffic& traffic, const std::string& deployment) {
  const auto share = traffic.find(deployment);
  return share != traffic.end() && share->second > 0;
}

std::string name_of(const json::value& deployment) {
  return aml::text_at(deployment, "name");
}

std::string state_of(const json::value& deployment) {
  return aml::text_at(deployment, "properties.provisioningState");
}

// Of this model; empty when the deployment holds another one or none that is registered.
std::string version_of(const json::value& deployment, const std::string& model) {
  const std::string id = aml::text_at(deployment, "properties.model");
  if (id.find("/versions/") == std::string::npos) return {};
  const aml::AssetVersion served = aml::parse_version_id(id);
  return served.name == model ? served.version : std::string();
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string tag_of(const json::value& deployment, const char* name) {
  const auto* tag = aml::object_at(deployment, "tags").if_contains(name);
  return tag && tag->is_string() ? std::string(tag->get_string()) : std::string();
}

std::string content_hash(const json::object& body) {
  json::object content = body;
  content.erase("tags");
  return core::sha256_hex(aml::python_json(content));
}

json::object tagged_body(json::object body, const std::string& hash, const aml::Traffic& before) {
  json::value& tags = body["tags"];
  if (!tags.is_object()) tags.emplace_object();
  json::object& ours = tags.get_object();
  ours[k_managed_by] = k_us;
  ours[k_content] = hash;
  ours[k_phase] = k_trial;
  ours[k_previous_traffic] = to_tag(before);
  return body;
}

bool is_ours(const json::value& deployment) {
  return tag_of(deployment, k_managed_by) == k_us;
}

bool holds(const json::value& deployment, const std::string& hash) {
  return is_ours(deployment) && tag_of(deployment, k_content) == hash;
}

bool is_trial(const json::value& deployment) {
  return is_ours(deployment) && tag_of(deployment, k_phase) == k_trial;
}

std::vector<std::string> name_candidates(const std::string& model_version, const std::string& file_name,
                                         const std::string& hash) {
  const std::string base = nameable(model_version.empty() ? file_name : std::string(k_prefix) + model_version);
  return {base, base + "-" + hash.substr(0, k_hash_length)};
}

void check_deployment_name(const std::string& name) {
  const bool good = name.size() >= k_shortest_name && name.size() <= k_longest_name && is_letter(name.front()) &&
                    name.back() != '-' && std::all_of(name.begin(), name.end(), is_inner);
  if (good) return;
  throw agent::input_error("deploymentName", fmt::format("is \"{}\"", name),
                           "Use 3 to 32 letters, digits and '-', the first a letter, the last not '-'.");
}

Existing judge(const std::optional<json::value>& deployment, const std::string& hash, const aml::Traffic& traffic) {
  if (!deployment) return Existing::none;
  if (aml::is_in_transition(*deployment)) return Existing::wait;
  if (holds(*deployment, hash) && state_of(*deployment) == "Succeeded") return Existing::adopt;
  return is_ours(*deployment) && !has_share(traffic, name_of(*deployment)) ? Existing::replace : Existing::other;
}

aml::Traffic traffic_before(const aml::Traffic& now, const std::vector<json::value>& deployments,
                            const std::string& name) {
  std::vector<std::string> names;
  std::string tag;
  for (const auto& deployment : deployments) {
    names.push_back(name_of(deployment));
    if (names.back() == name && is_trial(deployment)) tag = tag_of(deployment, k_previous_traffic);
  }
  if (tag.empty() || !has_share(now, name)) return now;
  const aml::Traffic before = traffic_of_tag(tag);
  const bool possible =
      std::all_of(before.begin(), before.end(), [&](const auto& share) { return contains(names, share.first); });
  return possible ? before : now;
}

std::string serving_version(const aml::Traffic& traffic, const std::vector<json::value>& deployments,
                            const std::string& model) {
  std::string version;
  std::int64_t most = 0;
  for (const auto& deployment : deployments) {
    const auto share = traffic.find(name_of(deployment));
    const std::string served = version_of(deployment, model);
    if (share == traffic.end() || share->second <= most || served.empty()) continue;
    version = served;
    most = share->second;
  }
  return version;
}

std::vector<VersionOnTrial> versions_on_trial(const aml::Traffic& traffic, const std::vector<json::value>& deployments,
                                              const std::string& model) {
  std::vector<VersionOnTrial> versions;
  for (const auto& deployment : deployments) {
    const std::string version = version_of(deployment, model);
    if (is_trial(deployment) && !version.empty())
      versions.push_back({version, has_share(traffic, name_of(deployment))});
  }
  return versions;
}

aml::Traffic traffic_after(const aml::Traffic& before, const std::string& deployment, int percent) {
  std::int64_t shares_left = 0;
  for (const auto& [name, share] : before) {
    if (name != deployment) shares_left += share;
  }
  if (shares_left == 0) return percent == 0 ? aml::Traffic{} : aml::Traffic{{deployment, 100}};
  aml::Traffic after;
  std::int64_t left = 100 - percent;
  for (const auto& [name, share] : before) {
    if (name == deployment || share == 0) continue;
    // Each takes its part of what is left, so that rounding never loses or makes a percent.
    const std::int64_t part = (left * share + shares_left / 2) / shares_left;
    left -= part;
    shares_left -= share;
    if (part > 0) after[name] = part;
  }
  if (percent > 0) after[deployment] = percent;
  return after;
}

std::vector<std::string> removable(const std::vector<json::value>& deployments, const json::value& endpoint,
                                   const std::vector<std::string>& before, const std::string& keep) {
  const aml::Traffic traffic = aml::traffic_of(endpoint);
  const json::object& mirrored = aml::object_at(endpoint, "properties.mirrorTraffic");
  std::vector<std::string> names;
  for (const auto& deployment : deployments) {
    const std::string name = name_of(deployment);
    const bool in_use = name == keep || has_share(traffic, name) || mirrored.contains(name);
    if (is_ours(deployment) && !in_use && !aml::is_in_transition(deployment) && contains(before, name))
      names.push_back(name);
  }
  return names;
}

std::string main_deployment(const aml::Traffic& traffic) {
  const auto most = std::max_element(traffic.begin(), traffic.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == traffic.end() || most->second == 0 ? std::string() : most->first;
}

std::string to_text(const aml::Traffic& traffic) {
  std::vector<std::string> parts;
  for (const auto& [name, share] : traffic) parts.push_back(fmt::format("{} {} %", name, share));
  return parts.empty() ? std::string(k_no_traffic) : core::join(parts, ", ");
}

std::string to_tag(const aml::Traffic& traffic) {
  std::vector<std::string> parts;
  for (const auto& [name, share] : traffic) {
    if (share > 0) parts.push_back(fmt::format("{}={}", name, share));
  }
  return parts.empty() ? std::string(k_no_traffic) : core::join(parts, ",");
}

aml::Traffic traffic_of_tag(const std::string& text) {
  aml::Traffic traffic;
  for (const auto& part : core::split(text, ',')) {
    const auto equals = part.find('=');
    std::int64_t share = 0;
    if (equals == std::string::npos) continue;
    std::from_chars(part.data() + equals + 1, part.data() + part.size(), share);
    if (share > 0) traffic[part.substr(0, equals)] = share;
  }
  return traffic;
}

}  // namespace mlops::tasks::deploy_aks
