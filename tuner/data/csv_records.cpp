#include "tuner/data/csv_records.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kBlock = std::size_t{4} << 20;
/// A longer record is taken for a quote that is never closed.
constexpr std::size_t kLongest = std::size_t{256} << 20;

bool contains(std::string_view text, char c) {
  return std::memchr(text.data(), c, text.size()) != nullptr;
}

}  // namespace

CsvRecords::CsvRecords(const std::filesystem::path& file, char delimiter)
    : path_(file), delimiter_(delimiter) {
  const base::Place place{.file = path_.string(), .line = 0, .key = {}};
  std::error_code unknown;
  if (std::filesystem::is_directory(path_, unknown)) base::fail(place, "is a folder, not a file");
  file_.reset(std::fopen(path_.c_str(), "rb"));
  if (!file_) base::fail(place, std::string("cannot be opened: ") + std::strerror(errno));
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  // A size that is unknown is the largest number there is.
  buffer_.resize(std::min<std::uintmax_t>(kBlock, std::filesystem::file_size(path_, unknown)) + 1);
  read_more();
  check_start();
}

void CsvRecords::check_start() {
  const std::string_view start(buffer_.data(), end_);
  const base::Place place{.file = path_.string(), .line = 0, .key = {}};
  if (start.starts_with("\xEF\xBB\xBF")) begin_ = 3;
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
    base::fail(place, "is UTF-16; save it as UTF-8");
  if (start.starts_with("\x1F\x8B")) base::fail(place, "is compressed; unpack it first");
}

bool CsvRecords::next(CsvRecord& record) {
  for (;;) {
    std::size_t length = find_end();
    while (length == kNone && read_more()) length = find_end();
    const bool last = length == kNone;
    if (last) length = end_ - begin_;
    if (last && length == 0) return false;
    if (last && inside_quote_) {
      base::fail({.file = path_.string(), .line = line_, .key = {}},
                 "a quote is opened in this row and never closed");
    }
    record.text = std::string_view(buffer_.data() + begin_, length);
    record.line = line_;
    line_ += 1;
    if (quotes_ && contains(record.text, '\n')) {
      line_ += static_cast<int>(std::ranges::count(record.text, '\n'));
    }
    begin_ += length + (last ? 0 : 1);
    if (record.text.ends_with('\r')) record.text.remove_suffix(1);
    if (!record.text.empty()) return true;
  }
}

std::size_t CsvRecords::find_end() {
  const std::string_view text(buffer_.data() + begin_, end_ - begin_);
  const auto* found = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
  const std::size_t length =
      found == nullptr ? kNone : static_cast<std::size_t>(found - text.data());
  inside_quote_ = false;
  if (!quotes_ || !contains(text.substr(0, length), '"')) return length;
  return find_quoted_end(text);
}

std::size_t CsvRecords::find_quoted_end(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && (text[at] == ' ' || (text[at] == '\t' && delimiter_ != '\t'))) ++at;
    // A quote counts only at the start of a cell, where two of them stand for one.
    if (at < text.size() && text[at] == '"') {
      do {
        at = text.find('"', at + 1);
        inside_quote_ = at == kNone;
        if (inside_quote_) return kNone;
        ++at;
      } while (at < text.size() && text[at] == '"');
    }
    while (at < text.size() && text[at] != delimiter_ && text[at] != '\n') ++at;
    if (at < text.size() && text[at] == '\n') return at;
    ++at;
  }
  return kNone;
}

bool CsvRecords::read_more() {
  std::copy(buffer_.data() + begin_, buffer_.data() + end_, buffer_.data());
  end_ -= begin_;
  begin_ = 0;
  const base::Place place{.file = path_.string(), .line = line_, .key = {}};
  if (end_ == kLongest) {
    base::fail(place, "a row of more than 256 MB; is a quote opened here and never closed?");
  }
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const std::size_t count =
      std::fread(buffer_.data() + end_, 1, buffer_.size() - end_, file_.get());
  if (std::ferror(file_.get()) != 0) {
    base::fail(place, std::string("cannot be read: ") + std::strerror(errno));
  }
  end_ += count;
  quotes_ = contains(std::string_view(buffer_.data(), end_), '"');
  return count > 0;
}

}  // namespace tune::tuner
