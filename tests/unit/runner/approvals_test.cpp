#include <mlops/runner/approvals.hpp>
#include <mlops_test/catch.hpp>

using namespace mlops;
using namespace mlops::runner;

namespace {

/// What is decided when a person types these answers, and what was asked.
struct Asked {
  explicit Asked(std::vector<std::string> answers) {
    Approvals approvals(settings, {}, [&, this](const std::string& question) {
      questions.push_back(question);
      if (questions.size() > answers.size()) throw core::Cancelled("the approval");
      return answers[questions.size() - 1];
    });
    decision = approvals.decide("PRD", "Look at the verdict.");
  }

  Settings settings;
  std::vector<std::string> questions;
  Decision decision;
};

}  // namespace

TEST_CASE("an approval is given by yes alone, and refused by no or nothing") {
  for (const auto* answer : {"y", "Y", "yes", " Yes "}) CHECK(Asked({answer}).decision.approved);
  for (const auto* answer : {"n", "No", ""}) CHECK_FALSE(Asked({answer}).decision.approved);
}

TEST_CASE("another answer is asked again") {
  const Asked asked({"maybe", "ye", "y"});
  CHECK(asked.decision.approved);
  CHECK(asked.questions == std::vector<std::string>{"Look at the verdict.\nApprove PRD? [y/N] ",
                                                    "Please answer y or n. Approve PRD? [y/N] ",
                                                    "Please answer y or n. Approve PRD? [y/N] "});
}

TEST_CASE("a run that is canceled meanwhile was refused by nobody") {
  CHECK_THROWS_AS(Asked({}), core::Cancelled);
}
