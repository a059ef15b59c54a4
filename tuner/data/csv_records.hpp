#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace tune::tuner {

/// One record (row) of a CSV file.
struct CsvRecord {
  std::string_view text;  ///< without the line end; valid until the next record is read
  int line = 0;           ///< where it starts, from 1
};

/// Reads the records of a CSV file one by one, through a buffer of a few megabytes. Lines end with
/// LF or CRLF; a quoted cell may hold line ends; empty lines and a UTF-8 BOM are skipped.
class CsvRecords {
 public:
  /// Throws InputError if the file cannot be read or is visibly something else (gzip, UTF-16).
  CsvRecords(const std::filesystem::path& file, char delimiter);

  /// False at the end of the file. Throws InputError for a quote that is never closed.
  bool next(CsvRecord& record);

 private:
  static constexpr std::size_t kNone = std::string_view::npos;

  /// Length of the record at the front without its line end, kNone if its end is not in the buffer.
  std::size_t find_end();
  std::size_t find_quoted_end(std::string_view text);
  /// Appends to what is left in the buffer; false at the end of the file.
  bool read_more();
  void check_start();

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::filesystem::path path_;
  char delimiter_;
  std::unique_ptr<std::FILE, Close> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< what of the buffer is not yet given out
  int line_ = 1;
  bool quotes_ = false;        ///< is there a quote in the buffer?
  bool inside_quote_ = false;  ///< did the last search end inside a quoted cell?
};

}  // namespace tune::tuner
