#include <fmt/format.h>

#include <mlops/core/text.hpp>
#include <mlops/emulator/server/router.hpp>

namespace mlops::emulator {

namespace {

bool is_placeholder(const std::string& part) {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

bool is_rest(const std::string& part) {
  return is_placeholder(part) && part[1] == '*';
}

std::vector<std::string> parts_of(const std::string& pattern) {
  std::vector<std::string> parts;
  for (auto& part : core::split(pattern, '/')) {
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

bool matches(const std::vector<std::string>& parts, const std::vector<std::string>& segments) {
  const bool open_end = !parts.empty() && is_rest(parts.back());
  const std::size_t fixed = parts.size() - (open_end ? 1 : 0);
  if (open_end ? segments.size() < fixed : segments.size() != fixed) return false;
  for (std::size_t i = 0; i < fixed; ++i) {
    if (!is_placeholder(parts[i]) && !core::equals_ignoring_case(parts[i], segments[i])) return false;
  }
  return true;
}

// A fixed part beats a placeholder, and that beats the rest; the first difference decides.
bool more_specific(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto rank = [](const std::vector<std::string>& parts, std::size_t i) {
    if (i >= parts.size()) return 3;
    return is_rest(parts[i]) ? 0 : is_placeholder(parts[i]) ? 1 : 2;
  };
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (rank(a, i) != rank(b, i)) return rank(a, i) > rank(b, i);
  }
  return false;
}

void fill_parameters(Request& request, const std::vector<std::string>& parts) {
  request.parameters.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!is_placeholder(parts[i])) continue;
    if (is_rest(parts[i])) {
      const std::vector<std::string> rest(request.segments.begin() + static_cast<std::ptrdiff_t>(i),
                                          request.segments.end());
      request.parameters[parts[i].substr(2, parts[i].size() - 3)] = core::join(rest, "/");
    } else {
      request.parameters[parts[i].substr(1, parts[i].size() - 2)] = request.segments[i];
    }
  }
}

}  // namespace

void Router::add(std::string name, std::string method, const std::string& pattern, Handler handler, Access access) {
  m_routes.push_back({std::move(name), std::move(method), parts_of(pattern), std::move(handler), access});
}

const Router::Route* Router::best_match(const Request& request, std::string_view method) const {
  const Route* best = nullptr;
  for (const Route& route : m_routes) {
    if (!method.empty() && route.method != method) continue;
    if (!matches(route.parts, request.segments)) continue;
    if (!best || more_specific(route.parts, best->parts)) best = &route;
  }
  return best;
}

const Router::Route& Router::find(Request& request) const {
  const Route* route = best_match(request, request.method);
  if (!route && request.method == "HEAD") route = best_match(request, "GET");
  if (!route && best_match(request, "")) {
    throw ServiceError(405, "MethodNotAllowed",
                       fmt::format("The requested resource does not support http method '{}'.", request.method));
  }
  if (!route) {
    throw ServiceError(404, "NotFound", fmt::format("aml-emulator knows no resource at '{}'.", request.path));
  }
  fill_parameters(request, route->parts);
  return *route;
}

std::vector<std::string> Router::names() const {
  std::vector<std::string> names;
  for (const Route& route : m_routes) names.push_back(route.name);
  return names;
}

}  // namespace mlops::emulator
