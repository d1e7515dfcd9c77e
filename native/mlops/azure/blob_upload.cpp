#include <fmt/format.h>

#include <algorithm>
#include <mlops/azure/blob_listing.hpp>
#include <mlops/azure/blob_upload.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/hash.hpp>
#include <mlops/http/url.hpp>

namespace mlops::azure {

namespace fs = std::filesystem;

namespace {

void require_size(const UploadFile& file) {
  std::error_code failure;
  const std::uintmax_t size = fs::file_size(file.file, failure);
  if (failure) {
    throw core::Error("file-unreadable", fmt::format("can't read \"{}\": {}.", file.file.string(), failure.message()));
  }
  if (size == file.size) return;
  throw core::Error("file-changed",
                    fmt::format("\"{}\" has {} bytes now, and had {} when the upload was prepared.", file.file.string(),
                                size, file.size),
                    {}, "Make sure that nothing writes to the folder while it is uploaded.");
}

std::string upload_text(const UploadFile& file) {
  return fmt::format("can't upload \"{}\"", file.file.string());
}

}  // namespace

std::uint64_t block_size_for(std::uint64_t file_size) {
  constexpr std::uint64_t k_step = std::uint64_t{1} << 20U;
  const std::uint64_t least = (file_size + k_most_blocks - 1) / k_most_blocks;
  return std::max(k_block_size, (least + k_step - 1) / k_step * k_step);
}

std::string block_id(const UploadFile& file, fs::file_time_type time, std::uint64_t block_size, std::uint64_t offset) {
  const std::string state =
      core::sha256_hex(fmt::format("{} {} {}", file.size, time.time_since_epoch().count(), block_size));
  return core::base64(fmt::format("{}-{:015}", state.substr(0, 20), offset));
}

BlobUpload::BlobUpload(const BlobContainer& container, const std::vector<UploadFile>& files,
                       std::function<void(std::uint64_t, std::uint64_t)> progress)
    : m_container(container), m_files(files), m_progress(std::move(progress)) {}

void BlobUpload::run() {
  plan();
  http::parallel_for(m_large.size(), k_parallel_requests, [this](std::size_t i) { skip_what_is_there(m_large[i]); });
  add_done(0);
  const std::vector<Piece> pieces = std::move(m_to_send);
  http::parallel_for(pieces.size(), k_parallel_requests, [&](std::size_t i) { send_piece(pieces[i]); });
  http::parallel_for(m_large.size(), k_parallel_requests, [this](std::size_t i) { commit(m_large[i]); });
}

void BlobUpload::plan() {
  for (const auto& file : m_files) {
    require_size(file);
    m_total += file.size;
    if (file.size <= k_block_size) {
      m_to_send.push_back({&file, {file.file, 0, file.size}, ""});
    } else {
      m_large.push_back(blocks_of(file));
    }
  }
}

BlobUpload::Blocks BlobUpload::blocks_of(const UploadFile& file) {
  Blocks blocks{&file, {}};
  const auto time = fs::last_write_time(file.file);
  const std::uint64_t size = block_size_for(file.size);
  for (std::uint64_t offset = 0; offset < file.size; offset += size) {
    const std::uint64_t length = std::min(size, file.size - offset);
    blocks.pieces.push_back({&file, {file.file, offset, length}, block_id(file, time, size, offset)});
  }
  return blocks;
}

void BlobUpload::skip_what_is_there(const Blocks& blocks) {
  const http::Request get = m_container.request("GET", blocks.file->blob, "comp=blocklist&blocklisttype=uncommitted");
  const http::Response response = m_container.m_transport->send(get);
  // 404: a new blob. 403: a signature that may write but not read. Both mean: send everything.
  std::map<std::string, std::uint64_t> known;
  if (response.ok()) known = parse_uncommitted_blocks(response.body);
  std::uint64_t there = 0;
  const std::lock_guard lock(m_mutex);
  for (const auto& piece : blocks.pieces) {
    const auto block = known.find(piece.block_id);
    if (block != known.end() && block->second == piece.range.length) {
      there += piece.range.length;
    } else {
      m_to_send.push_back(piece);
    }
  }
  m_done += there;
  if (there > 0) {
    m_container.m_session->services().log.info(fmt::format("\"{}\": {} of {} are there from an earlier upload.",
                                                           blocks.file->file.string(), core::human_size(there),
                                                           core::human_size(blocks.file->size)));
  }
}

void BlobUpload::send_piece(const Piece& piece) {
  const bool whole = piece.block_id.empty();
  const std::string query = whole ? "" : "comp=block&blockid=" + http::encode(piece.block_id);
  http::Request put = m_container.request("PUT", piece.file->blob, query);
  if (whole) put.headers.set("x-ms-blob-type", "BlockBlob");
  put.headers.set("Content-Type", "application/octet-stream");
  put.body = piece.range;
  put.timeout = {};  // slow lines are no reason to give up, a stalled one is
  m_container.send(put, upload_text(*piece.file));
  add_done(piece.range.length);
}

void BlobUpload::commit(const Blocks& blocks) {
  require_size(*blocks.file);
  std::vector<std::string> ids;
  for (const auto& piece : blocks.pieces) ids.push_back(piece.block_id);
  http::Request put = m_container.request("PUT", blocks.file->blob, "comp=blocklist");
  put.headers.set("Content-Type", "application/xml");
  put.headers.set("x-ms-blob-content-type", "application/octet-stream");
  put.body = block_list_xml(ids);
  m_container.send(put, upload_text(*blocks.file));
}

void BlobUpload::add_done(std::uint64_t bytes) {
  const std::lock_guard lock(m_mutex);
  m_done += bytes;
  if (m_progress) m_progress(m_done, m_total);
}

void BlobContainer::upload(const std::vector<UploadFile>& files,
                           const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  BlobUpload(*this, files, progress).run();
}

}  // namespace mlops::azure
