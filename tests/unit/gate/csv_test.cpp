#include <functional>
#include <mlops/gate/csv.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

using namespace mlops;
using Record = std::vector<std::string>;

namespace {

std::vector<Record> records(test::TemporaryFolder& folder, const std::string& text) {
  gate::CsvReader reader(folder.write("data.csv", text));
  std::vector<Record> all = {reader.columns()};
  for (Record record; reader.next(record);) all.push_back(record);
  return all;
}

/// "file:line: message" of the error that the call ends with; empty when it ends without.
std::string failure(const std::function<void()>& call) {
  try {
    call();
  } catch (const core::Error& error) {
    const std::string place = core::to_string(error.place());
    return place.empty() ? error.message() : place + ": " + error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("records end with either line end or with the file; empty lines and a byte order mark are no data") {
  test::TemporaryFolder folder;
  CHECK(records(folder,
                "\xEF\xBB\xBF"
                "a,b\r\n1,2\n\n3,\n4,5") == std::vector<Record>{{"a", "b"}, {"1", "2"}, {"3", ""}, {"4", "5"}});
}

TEST_CASE("quotes hold commas, line ends and doubled quotes") {
  test::TemporaryFolder folder;
  CHECK(records(folder, "a,b\n\"x,\ny\",\"say \"\"no\"\"\"\n\"\",\"last\"") ==
        std::vector<Record>{{"a", "b"}, {"x,\ny", "say \"no\""}, {"", "last"}});
}

TEST_CASE("a mistake in the file has its line") {
  test::TemporaryFolder folder;
  const std::string file = (folder.path() / "data.csv").string();
  CHECK(failure([&] { records(folder, "a,b\n\"x\n\",1\n2\n"); }) ==
        file + ":4: the record has 1 fields, but there are 2 columns.");
  CHECK(failure([&] { records(folder, "a,b\n1,2\n\"3,4\n"); }) ==
        file + ":3: a quoted field that begins here never ends.");
  CHECK(failure([&] { records(folder, "a,a\n"); }) == file + ":1: two columns are called \"a\".");
  CHECK(failure([&] { records(folder, ""); }) == file + ":1: the file is empty: its first line must name the columns.");
  CHECK(failure([] { gate::CsvReader reader("nowhere.csv"); }) == "can't read the data file \"nowhere.csv\".");
}

TEST_CASE("a file whose columns are named elsewhere begins with data") {
  test::TemporaryFolder folder;
  gate::CsvReader reader(folder.write("data.csv", "1,2\n"), {"a", "b"});
  Record record;
  CHECK(reader.next(record));
  CHECK(record == Record{"1", "2"});
  CHECK_FALSE(reader.next(record));
}
