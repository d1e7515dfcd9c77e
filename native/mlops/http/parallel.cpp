#include <algorithm>
#include <atomic>
#include <exception>
#include <mlops/http/client.hpp>
#include <mutex>
#include <thread>
#include <vector>

namespace mlops::http {

void parallel_for(std::size_t count, std::size_t parallel, const std::function<void(std::size_t)>& call) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr first_failure;
  std::mutex mutex;
  const auto work = [&] {
    for (std::size_t index = next++; index < count && !failed; index = next++) {
      try {
        call(index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failed.exchange(true)) first_failure = std::current_exception();
      }
    }
  };
  std::vector<std::jthread> threads;
  const std::size_t wanted = std::min(std::max<std::size_t>(parallel, 1), count);
  for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(work);
  work();
  threads.clear();  // joins
  if (first_failure) std::rethrow_exception(first_failure);
}

}  // namespace mlops::http
