#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/tasks/deploy-aks/plan.hpp>

namespace mlops::tasks::deploy_aks {

namespace {

constexpr std::size_t k_longest_name = 32;
constexpr std::size_t k_hash_length = 6;
constexpr std::string_view k_prefix = "model-";

// Names hold letters, digits and '-'; versions may hold more.
std::string nameable(const std::string& version) {
  std::string text;
  for (const char c : version) text += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  return text.substr(0, k_longest_name - k_prefix.size() - k_hash_length - 1);
}

bool has_traffic(const aml::Traffic& traffic, const std::string& deployment) {
  const auto share = traffic.find(deployment);
  return share != traffic.end() && share->second > 0;
}

}  // namespace

std::string content_hash(const json::object& body) {
  return core::sha256_hex(json::serialize(body));
}

std::vector<std::string> name_candidates(const std::string& model_version, const std::string& hash) {
  const std::string base = std::string(k_prefix) + nameable(model_version.empty() ? "0" : model_version);
  return {base, base + "-" + hash.substr(0, k_hash_length)};
}

Existing judge(const std::optional<json::value>& deployment, const std::string& hash, const aml::Traffic& traffic) {
  if (!deployment) return Existing::none;
  const std::string state = aml::text_at(*deployment, "properties.provisioningState");
  const auto* content = aml::object_at(*deployment, "tags").if_contains(k_content);
  const bool same = content && *content == json::value(hash);
  if (state == "Creating" || state == "Updating" || state == "Deleting" || state == "Scaling") return Existing::wait;
  if (same && state == "Succeeded") return Existing::adopt;
  return has_traffic(traffic, aml::text_at(*deployment, "name")) ? Existing::other : Existing::replace;
}

aml::Traffic traffic_after(const aml::Traffic& before, const std::string& deployment, int percent) {
  std::int64_t others = 0;
  for (const auto& [name, share] : before) {
    if (name != deployment) others += share;
  }
  if (others == 0) return {{deployment, 100}};
  aml::Traffic after;
  std::int64_t left = 100 - percent;
  std::int64_t shares_left = others;
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

std::vector<std::string> removable(const std::vector<json::value>& deployments, const aml::Traffic& traffic,
                                   const std::string& keep) {
  std::vector<std::string> names;
  for (const auto& deployment : deployments) {
    const std::string name = aml::text_at(deployment, "name");
    const auto& tags = aml::object_at(deployment, "tags");
    const auto* owner = tags.if_contains(k_managed_by);
    const bool ours = owner && *owner == json::value(k_us);
    if (ours && name != keep && !has_traffic(traffic, name)) names.push_back(name);
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
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace mlops::tasks::deploy_aks
