#include <fmt/format.h>

#include <mlops/azure/resource_manager.hpp>
#include <mlops/core/files.hpp>
#include <mlops/http/url.hpp>
#include <mlops/tasks/arm-deploy/changes.hpp>
#include <mlops/tasks/arm-deploy/options.hpp>
#include <mlops/tasks/arm-deploy/request_body.hpp>
#include <mlops/tasks/arm-deploy/run.hpp>

namespace mlops::tasks::arm_deploy {

namespace {

namespace json = boost::json;

// https://learn.microsoft.com/rest/api/resources
constexpr const char* k_api_version = "2025-04-01";
constexpr const char* k_groups_api_version = "2021-04-01";

// Null where there is none, also below what is none.
const json::object* member(const json::object* object, std::string_view name) {
  const auto* found = object ? object->if_contains(name) : nullptr;
  return found ? found->if_object() : nullptr;
}

std::string text_at(const json::object* object, std::string_view name) {
  const auto* value = object ? object->if_contains(name) : nullptr;
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

class Task {
 public:
  Task(agent::Services& services, const agent::Inputs& inputs)
      : m_services(services),
        m_run(agent::pipeline_run(services.variables)),
        m_options(read_options(inputs, m_run)),
        m_body(request_body(m_options)),
        m_session(services, inputs.text("azureSubscription")),
        m_manager(m_session) {
    const std::string subscription =
        m_options.subscription.empty() ? m_session.subscription_id() : m_options.subscription;
    if (subscription.empty()) {
      throw core::Error("input-missing", "the connection names no subscription.", {},
                        "Set the input subscriptionId (--subscription-id).");
    }
    m_group_path =
        fmt::format("/subscriptions/{}/resourceGroups/{}", http::encode(subscription), http::encode(m_options.group));
    m_path = fmt::format("{}/providers/Microsoft.Resources/deployments/{}", m_group_path, m_options.deployment);
    m_what = fmt::format("the deployment \"{}\"", m_options.deployment);
    m_manager.set_operation_timeout(m_options.timeout);
  }

  void run() {
    make_group();
    try {
      switch (m_options.action) {
        case Action::validate:
          return validate();
        case Action::what_if:
          return show_changes();
        case Action::deploy:
          return deploy();
      }
    } catch (const core::Cancelled&) {
      throw;
    } catch (const core::Error& error) {
      throw with_template_place(error, m_options);
    }
  }

 private:
  void make_group() {
    if (m_options.location.empty() || m_manager.find(m_group_path, k_groups_api_version)) return;
    m_manager.put(m_group_path, k_groups_api_version, {{"location", m_options.location}},
                  fmt::format("the resource group \"{}\"", m_options.group));
    m_services.log.info(fmt::format("The resource group {} {} in {}.", m_options.group,
                                    m_services.dry_run ? "would be made" : "is made", m_options.location));
  }

  // Neither changes anything: both are sent in a dry run, too.
  void validate() {
    m_manager.post_text(m_path + "/validate", k_api_version, m_body, m_what, true);
    m_services.log.info(
        fmt::format("Resource Manager takes {} for {}.", m_options.template_file.string(), m_options.group));
  }

  void show_changes() {
    const Changes changes = read_changes(m_manager.post_text(m_path + "/whatIf", k_api_version, m_body, m_what, true));
    m_services.log.info(to_text(changes, m_options.group));
    if (m_services.dry_run) return;
    add_summary(to_markdown(changes, m_options.group));
    m_services.log.set_variable("changes", std::to_string(changes.count()));
    m_services.log.set_variable("hasChanges", changes.count() > 0 ? "true" : "false");
  }

  // One that an earlier attempt of this run began, and that Resource Manager won't replace before its end.
  void wait_for_earlier() {
    constexpr core::Milliseconds k_between_looks{5'000};
    for (bool told = false;; told = true) {
      const auto there = m_manager.find(m_path, k_api_version);
      const std::string state = there ? text_at(member(there->if_object(), "properties"), "provisioningState") : "";
      if (state != "Running" && state != "Accepted") return;
      if (!told) m_services.log.info(fmt::format("Waiting for the end of {}, which runs already.", m_what));
      m_services.sleeper.sleep(k_between_looks);
      m_services.cancellation.check();
    }
  }

  void deploy() {
    if (!m_services.dry_run) wait_for_earlier();
    m_manager.on_progress([this](const std::string& status) {
      if (status == m_last_status) return;
      m_last_status = status;
      m_services.log.info(fmt::format("{}: {}", m_options.deployment, status));
    });
    json::value answer;
    try {
      answer = m_manager.put_text(m_path, k_api_version, m_body, m_what);
    } catch (const core::Cancelled&) {
      cancel();
      throw;
    } catch (const core::Error& error) {
      if (error.code() == "operation-failed") tell_failures();
      throw;
    }
    if (m_services.dry_run) return;
    const auto* outputs = member(member(answer.if_object(), "properties"), "outputs");
    publish(outputs ? *outputs : json::object());
  }

  void cancel() {
    m_manager.post(m_path + "/cancel", k_api_version, nullptr, m_what, false, true);
    m_services.log.info(fmt::format("Cancelled {}.", m_what));
  }

  // The service lists operations at an address without the provider.
  void tell_failures() {
    for (const auto& operation :
         m_manager.list(m_group_path + "/deployments/" + m_options.deployment + "/operations", k_api_version)) {
      const auto* properties = member(operation.if_object(), "properties");
      if (text_at(properties, "provisioningState") != "Failed") continue;
      const auto* target = member(properties, "targetResource");
      const auto* error = member(member(properties, "statusMessage"), "error");
      m_services.log.info(fmt::format("  failed: {} {}: {}: {}", text_at(target, "resourceType"),
                                      text_at(target, "resourceName"), text_at(error, "code"),
                                      text_at(error, "message")));
    }
  }

  void publish(const json::object& outputs) {
    m_services.log.info(fmt::format("Deployed as {}.", m_options.deployment));
    m_services.log.set_variable("deploymentName", m_options.deployment);
    for (const auto& output : outputs) {
      const auto* object = output.value().if_object();
      const auto* value = object ? object->if_contains("value") : nullptr;
      if (!value) continue;  // a secure output has none
      const std::string text = value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
      m_services.log.set_variable(fmt::format("output_{}", std::string_view(output.key())), text);
      m_services.log.info(fmt::format("  {} = {}", std::string_view(output.key()), text));
    }
    m_services.log.set_variable("deploymentOutputs", json::serialize(outputs));
  }

  void add_summary(const std::string& markdown) {
    const auto file = std::filesystem::absolute(std::filesystem::path(m_run.temp_folder) /
                                                fmt::format("arm-deploy-{}.md", m_options.group));
    core::write_file_atomically(file, markdown);
    m_services.log.upload_summary(file.string());
  }

  agent::Services& m_services;
  agent::PipelineRun m_run;
  Options m_options;
  std::string m_body;
  azure::Session m_session;
  azure::ResourceManager m_manager;
  std::string m_group_path;
  std::string m_path;
  std::string m_what;
  std::string m_last_status;
};

}  // namespace

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  Task(services, inputs).run();
  return {};
}

}  // namespace mlops::tasks::arm_deploy
