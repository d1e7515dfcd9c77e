#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mlops/azure/blob.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace mlops::azure {

/// Up to this size a file goes in one request. Blocks are this large, too, or larger where a file would need more than
/// 50,000 of them, the service's limit. The service's fast path for block blobs begins at 4 MiB.
inline constexpr std::uint64_t k_block_size = std::uint64_t{8} << 20U;
inline constexpr std::uint64_t k_most_blocks = 50'000;
inline constexpr std::size_t k_parallel_requests = 8;

/// The size of the blocks of a file of that size.
std::uint64_t block_size_for(std::uint64_t file_size);

/// The id of the block at an offset: the same for the same unchanged file, so that an interrupted upload can be taken
/// up, and another one once the file's size or time changed, so that blocks of two states never mix. All ids have the
/// same length, as the service demands.
std::string block_id(const UploadFile& file, std::filesystem::file_time_type time, std::uint64_t block_size,
                     std::uint64_t offset);

/// One upload of many files: first what is already there is looked up, then the pieces of all files are sent in
/// parallel, then the block lists of the large ones.
class BlobUpload {
 public:
  BlobUpload(const BlobContainer& container, const std::vector<UploadFile>& files,
             std::function<void(std::uint64_t, std::uint64_t)> progress);
  void run();

 private:
  /// A request's worth of a file.
  struct Piece {
    const UploadFile* file;
    http::FileRange range;
    std::string block_id;  ///< empty: the whole file
  };

  /// A file in blocks.
  struct Blocks {
    const UploadFile* file;
    std::vector<Piece> pieces;
  };

  static Blocks blocks_of(const UploadFile& file);
  void plan();
  void skip_what_is_there(const Blocks& blocks);
  void send_piece(const Piece& piece);
  void commit(const Blocks& blocks);
  void add_done(std::uint64_t bytes);

  const BlobContainer& m_container;
  const std::vector<UploadFile>& m_files;
  std::function<void(std::uint64_t, std::uint64_t)> m_progress;
  std::vector<Blocks> m_large;
  std::mutex m_mutex;  ///< guards what follows
  std::vector<Piece> m_to_send;
  std::uint64_t m_done = 0;
  std::uint64_t m_total = 0;
};

}  // namespace mlops::azure
