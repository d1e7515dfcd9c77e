#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <mlops/core/hash.hpp>
#include <mlops/emulator/blob/blocks.hpp>
#include <mlops/emulator/server/message.hpp>
#include <optional>

namespace mlops::emulator {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_schema = R"(
CREATE TABLE IF NOT EXISTS committed_blocks (
  container TEXT NOT NULL, blob TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (container, blob, position));
)";

struct Piece {
  fs::path file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

void append(std::ofstream& out, const Piece& piece) {
  std::ifstream in(piece.file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(piece.offset));
  std::vector<char> buffer(std::size_t{1} << 16);
  for (std::uint64_t left = piece.size; left > 0;) {
    in.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(left, buffer.size())));
    if (in.gcount() == 0) throw ServiceError(500, "InternalError", "A block can't be read.");
    out.write(buffer.data(), in.gcount());
    left -= static_cast<std::uint64_t>(in.gcount());
  }
}

std::optional<Piece> committed_piece(const std::vector<Blocks::Block>& blocks, const std::string& id,
                                     const fs::path& file) {
  std::uint64_t offset = 0;
  for (const auto& block : blocks) {
    if (block.id == id) return Piece{file, offset, block.size};
    offset += block.size;
  }
  return std::nullopt;
}

}  // namespace

Blocks::Blocks(Database& database, const BlobStore& blobs, fs::path folder)
    : m_database(database), m_blobs(blobs), m_folder(std::move(folder)) {
  fs::create_directories(m_folder);
  m_database.execute(k_schema);
}

fs::path Blocks::folder_of(const std::string& container, const std::string& blob) const {
  return m_folder / core::sha256_hex(container + '/' + blob).substr(0, 40);
}

void Blocks::stage(const std::string& container, const std::string& blob, const std::string& id, const fs::path& file) {
  const fs::path folder = folder_of(container, blob);
  fs::create_directories(folder);
  fs::rename(file, folder / core::hex(id));
}

std::vector<Blocks::Block> Blocks::uncommitted(const std::string& container, const std::string& blob) const {
  std::vector<Block> blocks;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_of(container, blob), none)) {
    const std::string digits = entry.path().filename().string();
    std::string id;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
      id += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    }
    blocks.push_back({id, entry.file_size()});
  }
  std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.id < b.id; });
  return blocks;
}

std::vector<Blocks::Block> Blocks::committed(const std::string& container, const std::string& blob) const {
  std::vector<Block> blocks;
  Rows rows = m_database.query("SELECT id, size FROM committed_blocks WHERE container=? AND blob=? ORDER BY position",
                               container, blob);
  while (rows.next()) blocks.push_back({rows.text(0), static_cast<std::uint64_t>(rows.integer(1))});
  return blocks;
}

fs::path Blocks::assemble(const std::string& container, const std::string& blob,
                          const std::vector<std::pair<From, std::string>>& list, std::vector<Block>& assembled) const {
  const std::vector<Block> before = committed(container, blob);
  const fs::path folder = folder_of(container, blob);
  const fs::path file = m_blobs.temporary_file();
  std::ofstream out(file, std::ios::binary);
  for (const auto& [from, id] : list) {
    const fs::path staged = folder / core::hex(id);
    std::optional<Piece> piece;
    if (from != From::committed && fs::exists(staged)) piece = Piece{staged, 0, fs::file_size(staged)};
    if (!piece && from != From::uncommitted) piece = committed_piece(before, id, m_blobs.path_of(container, blob));
    if (!piece) {
      fs::remove(file);
      throw ServiceError(400, "InvalidBlockList",
                         fmt::format("The specified block list is invalid: no block '{}'.", id));
    }
    append(out, *piece);
    assembled.push_back({id, piece->size});
  }
  out.close();
  if (!out) throw ServiceError(500, "InternalError", "The blob can't be written.");
  return file;
}

void Blocks::commit(const std::string& container, const std::string& blob, const std::vector<Block>& blocks) {
  m_database.transaction([&] {
    m_database.run("DELETE FROM committed_blocks WHERE container=? AND blob=?", container, blob);
    std::int64_t position = 0;
    for (const auto& block : blocks) {
      m_database.run("INSERT INTO committed_blocks VALUES (?, ?, ?, ?, ?)", container, blob, position++, block.id,
                     static_cast<std::int64_t>(block.size));
    }
  });
  std::error_code ignored;
  fs::remove_all(folder_of(container, blob), ignored);
}

}  // namespace mlops::emulator
