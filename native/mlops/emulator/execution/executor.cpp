#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mlops/core/error.hpp>
#include <mlops/core/real_world.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/executor.hpp>
#include <mlops/emulator/execution/pipeline_job.hpp>
#include <mlops/emulator/json_access.hpp>
#include <thread>

namespace mlops::emulator {

namespace {

constexpr const char* k_stopped = "aml-emulator was stopped while the job was under way. Submit the job again.";
constexpr const char* k_interrupted = "aml-emulator ended while the job was under way. Submit the job again.";

}  // namespace

class JobExecutor::Implementation {
 public:
  explicit Implementation(Context& context)
      : m_context(context),
        m_records(context),
        m_variables(inherited_variables(core::process_environment()->all())),
        m_environments(python_settings(context.settings, m_variables)),
        m_slots(std::max(2U, std::thread::hardware_concurrency())),
        m_workshop{.context = context,
                   .records = m_records,
                   .environments = m_environments,
                   .slots = m_slots,
                   .variables = m_variables,
                   .shutdown_reason = [this] { return std::string(m_stopping ? k_stopped : ""); }} {}

  void restore() {
    for (const auto& resource :
         m_context.store.list({.workspace = "", .kind = "jobs", .order = Store::Order::oldest_first})) {
      const auto workspace = m_context.workspaces.by_id(resource.key.workspace);
      const json::object* properties = resource.find_properties();
      if (!workspace || !properties) continue;
      const std::string status = text_at(*properties, "status");
      if (is_terminal(status)) continue;
      m_records.finish({*workspace, resource.key.name},
                       status == "CancelRequested" ? JobResult{"Canceled", ""} : JobResult::failed(k_interrupted));
    }
    std::error_code ignored;
    std::filesystem::remove_all(m_context.settings.work_folder(), ignored);
  }

  void submit(const JobId& job) {
    m_records.begin(job);
    const std::stop_source source = m_stops.add(job);
    const std::lock_guard held(m_mutex);
    join_ended();
    if (m_stopping) {
      m_stops.remove(job);
      return m_records.finish(job, JobResult::failed(k_stopped));
    }
    auto entry = std::make_unique<Entry>();
    entry->job = job;
    entry->thread = std::thread([this, entry = entry.get(), token = source.get_token()] {
      run(entry->job, token);
      entry->ended = true;
    });
    m_entries.push_back(std::move(entry));
  }

  void cancel(const JobId& job) {
    if (!m_records.request_cancel(job)) return;
    // Not under way although it hasn't ended: nothing will ever settle it, so do it now.
    if (!m_stops.request(job)) m_records.finish(job, {"Canceled", ""});
    for (const auto& child : m_records.children(job)) cancel(child);
  }

  void remove(const JobId& job) {
    cancel(job);
    wait_for(job);
    for (const auto& child : m_records.children(job)) {
      remove(child);
      m_context.store.remove(child.key());
    }
    m_records.forget(job);
  }

  void stop() {
    m_stopping = true;
    m_stops.request_all();
    std::vector<std::unique_ptr<Entry>> entries;
    {
      const std::lock_guard held(m_mutex);
      entries.swap(m_entries);
    }
    for (auto& entry : entries) entry->thread.join();
  }

 private:
  struct Entry {
    JobId job;
    std::thread thread;
    std::atomic<bool> ended = false;
  };

  void run(const JobId& job, const std::stop_token& stop) {
    JobResult result;
    try {
      result = run_by_type(job, stop);
    } catch (const core::Error& error) {
      result = JobResult::failed(error.what());
    } catch (const std::exception& error) {
      result = JobResult::failed(fmt::format("aml-emulator can't run the job: {}", error.what()));
    }
    m_stops.remove(job);
    m_records.finish(job, result);
  }

  JobResult run_by_type(const JobId& job, const std::stop_token& stop) {
    const auto resource = m_records.find(job);
    if (!resource) return {"Canceled", ""};
    const json::object properties = *resource->find_properties();
    const std::string type = core::to_lower(text_at(properties, "jobType"));
    if (type == "pipeline") return run_pipeline(m_workshop, m_stops, job, properties, stop);
    if (type == "command") return run_command(m_workshop, job, parse_command_job(properties), stop);
    return JobResult::failed(fmt::format("aml-emulator runs jobs of the types Command and Pipeline, not {}.",
                                         text_at(properties, "jobType")));
  }

  void join_ended() {
    const auto ended =
        std::partition(m_entries.begin(), m_entries.end(), [](const auto& entry) { return !entry->ended; });
    for (auto entry = ended; entry != m_entries.end(); ++entry) (*entry)->thread.join();
    m_entries.erase(ended, m_entries.end());
  }

  void wait_for(const JobId& job) {
    std::unique_ptr<Entry> found;
    {
      const std::lock_guard held(m_mutex);
      const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [&](const auto& candidate) {
        return candidate->job.workspace.id == job.workspace.id && candidate->job.name == job.name;
      });
      if (entry == m_entries.end()) return;
      found = std::move(*entry);
      m_entries.erase(entry);
    }
    found->thread.join();
  }

  Context& m_context;
  JobRecords m_records;
  Variables m_variables;
  PythonEnvironments m_environments;
  Slots m_slots;
  Stops m_stops;
  std::atomic<bool> m_stopping = false;
  Workshop m_workshop;
  std::mutex m_mutex;
  std::vector<std::unique_ptr<Entry>> m_entries;
};

JobExecutor::JobExecutor(Context& context) : m_implementation(std::make_unique<Implementation>(context)) {}

JobExecutor::~JobExecutor() {
  stop();
}

void JobExecutor::restore() {
  m_implementation->restore();
}

void JobExecutor::submit(const Workspace& workspace, const std::string& job) {
  m_implementation->submit({workspace, job});
}

void JobExecutor::cancel(const Workspace& workspace, const std::string& job) {
  m_implementation->cancel({workspace, job});
}

void JobExecutor::remove(const Workspace& workspace, const std::string& job) {
  m_implementation->remove({workspace, job});
}

void JobExecutor::stop() {
  m_implementation->stop();
}

}  // namespace mlops::emulator
