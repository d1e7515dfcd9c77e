#include <unistd.h>

#include <fstream>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops_test/fakes.hpp>
#include <stdexcept>

namespace mlops::test {

void FakeSleeper::sleep(core::Milliseconds time) {
  sleeps.push_back(time);
  m_clock.time += time;
  if (on_sleep) on_sleep();
}

std::optional<std::string> FakeEnvironment::get(const std::string& name) const {
  const auto found = variables.find(name);
  return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
}

std::optional<core::ProcessResult> FakeProcesses::run(const std::vector<std::string>& command,
                                                      const std::filesystem::path&) {
  commands.push_back(core::join(command, " "));
  const auto found = answers.find(commands.back());
  return found == answers.end() ? std::nullopt : std::optional<core::ProcessResult>(found->second);
}

void FakeTransport::script(http::Response response) {
  m_script.emplace_back([response](const http::Request&) { return response; });
}

void FakeTransport::script_failure(http::FailureKind kind) {
  m_script.emplace_back([kind](const http::Request& request) -> http::Response {
    throw http::TransportError(kind, "the connection failed.", {request.method, request.url, 0, ""}, "");
  });
}

void FakeTransport::on(const std::string& method, const std::string& url_part, Handler handler) {
  m_routes.insert(m_routes.begin(), Route{method, url_part, std::move(handler)});
}

void FakeTransport::on(const std::string& method, const std::string& url_part, int status, const std::string& body,
                       http::Headers headers) {
  on(method, url_part, [=](const http::Request&) { return http::Response{status, headers, body}; });
}

http::Response FakeTransport::send(const http::Request& request) {
  Handler handler;
  {
    const std::lock_guard lock(m_mutex);
    requests.push_back(request);
    if (!m_script.empty()) {
      handler = m_script.front();
      m_script.pop_front();
    }
    for (const auto& route : m_routes) {
      if (handler) break;
      if (route.method == request.method && request.url.find(route.url_part) != std::string::npos) {
        handler = route.handler;
      }
    }
  }
  if (!handler) throw std::logic_error("no answer prepared for " + request.method + " " + request.url);
  http::Response response = handler(request);
  if (request.sink && response.ok()) {
    request.sink(response.body);
    response.body.clear();
  }
  return response;
}

std::vector<std::string> FakeTransport::lines() const {
  std::vector<std::string> lines;
  for (const auto& request : requests) lines.push_back(request.method + " " + request.url);
  return lines;
}

std::string body_of(const http::Request& request) {
  if (const auto* text = std::get_if<std::string>(&request.body)) return *text;
  const auto& range = std::get<http::FileRange>(request.body);
  return core::read_file(range.file).substr(range.offset, range.length);
}

World::World(std::map<std::string, std::string> initial) : environment(std::move(initial)), variables(environment) {}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "mlops-test-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("can't make a temporary folder");
  m_path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

std::filesystem::path TemporaryFolder::write(const std::string& name, const std::string& content) const {
  const auto file = m_path / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

}  // namespace mlops::test
