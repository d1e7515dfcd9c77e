#pragma once

#include <filesystem>
#include <mlops/emulator/blob/blob_store.hpp>
#include <mlops/emulator/store/database.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlops::emulator {

/// Blocks of block blobs: uncommitted ones are files of their own until a block list makes a blob of them; the order
/// and sizes of the committed ones are kept, so that a later list may use them again.
class Blocks {
 public:
  struct Block {
    std::string id;  ///< base64, as the client chose it
    std::uint64_t size = 0;
  };
  enum class From { latest, committed, uncommitted };

  Blocks(Database& database, const BlobStore& blobs, std::filesystem::path folder);

  /// Moves a file to its place as an uncommitted block, in place of one of the same id.
  void stage(const std::string& container, const std::string& blob, const std::string& id,
             const std::filesystem::path& file);
  std::vector<Block> uncommitted(const std::string& container, const std::string& blob) const;
  std::vector<Block> committed(const std::string& container, const std::string& blob) const;

  /// Writes the blocks one behind the other into a temporary file, which is returned. Throws ServiceError 400
  /// "InvalidBlockList" when one doesn't exist.
  std::filesystem::path assemble(const std::string& container, const std::string& blob,
                                 const std::vector<std::pair<From, std::string>>& list,
                                 std::vector<Block>& assembled) const;
  /// To be called when the assembled file has become the blob: forgets the uncommitted blocks.
  void commit(const std::string& container, const std::string& blob, const std::vector<Block>& blocks);

 private:
  std::filesystem::path folder_of(const std::string& container, const std::string& blob) const;

  Database& m_database;
  const BlobStore& m_blobs;
  std::filesystem::path m_folder;
};

}  // namespace mlops::emulator
