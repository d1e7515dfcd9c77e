#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

namespace mlops::emulator {

/// How many commands run at the same time. The others wait.
class Slots {
 public:
  explicit Slots(unsigned count) : m_free(count) {}

  /// One of them, given back at the end of its life.
  class Held {
   public:
    explicit Held(Slots& slots) : m_slots(&slots) {}

    ~Held() {
      if (m_slots) m_slots->give_back();
    }

    Held(Held&& other) noexcept : m_slots(std::exchange(other.m_slots, nullptr)) {}

    Held& operator=(Held&&) = delete;

   private:
    Slots* m_slots;
  };

  /// Waits for a free one; empty when a stop was asked for.
  std::optional<Held> take(const std::stop_token& stop) {
    std::unique_lock held(m_mutex);
    if (!m_freed.wait(held, stop, [&] { return m_free > 0; })) return std::nullopt;
    --m_free;
    return Held(*this);
  }

 private:
  void give_back() {
    const std::lock_guard held(m_mutex);
    ++m_free;
    m_freed.notify_one();
  }

  std::mutex m_mutex;
  std::condition_variable_any m_freed;
  unsigned m_free;
};

}  // namespace mlops::emulator
