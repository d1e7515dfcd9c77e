#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/document/document.hpp>
#include <mlops/emulator/identity/secrets.hpp>

namespace mlops::emulator {

namespace json = boost::json;

namespace {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count));
  return bytes;
}

Secrets make() {
  // Entra ID's secrets have 40 characters of this kind.
  return {core::base64url(random_bytes(30)), random_bytes(32), core::base64(random_bytes(64))};
}

Secrets parse(const std::filesystem::path& file) {
  try {
    const json::value value = json::parse(core::read_file(file));
    const auto text = [&](const char* name) { return std::string(value.at(name).as_string()); };
    return {text("clientSecret"), core::base64_decode(text("tokenKey")), text("accountKey")};
  } catch (const boost::system::system_error& error) {
    throw core::Error("secrets-invalid", fmt::format("the emulator's secrets can't be read: {}.", error.what()),
                      core::FilePlace{file.string()}, "Remove the file; clients then need the new connection.env.");
  } catch (const std::out_of_range&) {
    throw core::Error("secrets-invalid", "a member of the emulator's secrets is missing.",
                      core::FilePlace{file.string()}, "Remove the file; clients then need the new connection.env.");
  }
}

}  // namespace

void write_private_file(const std::filesystem::path& file, const std::string& content) {
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
  const std::string temporary = file.string() + "." + core::random_uuid();
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool written = descriptor >= 0;
  for (std::size_t done = 0; written && done < content.size();) {
    const ssize_t count = ::write(descriptor, content.data() + done, content.size() - done);
    written = count > 0;
    if (written) done += static_cast<std::size_t>(count);
  }
  const int failure = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (written && ::rename(temporary.c_str(), file.c_str()) == 0) return;
  const std::string why = std::strerror(written ? errno : failure);
  ::unlink(temporary.c_str());
  throw core::Error("file-unwritable", fmt::format("can't write the file: {}.", why), core::FilePlace{file.string()});
}

Secrets load_or_make_secrets(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return parse(file);
  const Secrets secrets = make();
  const json::value value{{"clientSecret", secrets.client_secret},
                          {"tokenKey", core::base64(secrets.token_key)},
                          {"accountKey", secrets.account_key}};
  write_private_file(file, document::to_pretty_json(value));
  return secrets;
}

}  // namespace mlops::emulator
