#include "tuner/spec/ini.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "search/literal.hpp"
#include "tuner/spec/scan.hpp"

namespace tune::tuner {
namespace {

using search::trim;

std::string_view without_comment(std::string_view line, const base::Place& place) {
  Nesting nesting;
  char before = ' ';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool outside = nesting.outside(line[i]);
    const bool word_begins = before == ' ' || before == '\t';
    if (outside && word_begins && (line[i] == ';' || line[i] == '#')) return line.substr(0, i);
    before = line[i];
  }
  if (nesting.in_quotes()) base::fail(place, "a quote is opened but not closed");
  return line;
}

std::string unquoted(std::string_view value, const base::Place& place) {
  if (value[0] != '"' && value[0] != '\'') return std::string(value);
  try {
    if (search::quoted_length(value) != value.size()) return std::string(value);
    return std::get<std::string>(search::parse_literal(value));
  } catch (const base::InputError& error) {
    base::fail(place, error.what());
  }
}

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  void line(std::string_view line, int number) {
    const base::Place place{file_, number, {}};
    if (line.find('\0') != std::string_view::npos) base::fail(place, "is not a text file");
    line = trim(without_comment(line, place));
    if (line.empty()) return;
    if (line[0] == '[') {
      heading(line, number);
    } else {
      pair(line, number);
    }
  }

  std::vector<Entry> take() && { return std::move(entries_); }

 private:
  void heading(std::string_view line, int number) {
    if (line.back() != ']') base::fail({file_, number, {}}, "']' is missing after the section");
    section_ = trim(line.substr(1, line.size() - 2));
    const base::Place place{file_, number, '[' + section_ + ']'};
    unique({}, place);
    entries_.push_back({section_, {}, {}, place});
  }

  void pair(std::string_view line, int number) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) {
      base::fail({file_, number, {}}, "'" + std::string(line) +
                                          "' is neither a [section], nor key = value, nor a "
                                          "comment");
    }
    const std::string key(trim(line.substr(0, equals)));
    const base::Place place{file_, number, key};
    if (key.empty()) base::fail(place, "there is no key before '='");
    if (section_.empty()) base::fail(place, "stands before the first [section]");
    const std::string_view value = trim(line.substr(equals + 1));
    if (value.empty()) base::fail(place, "has no value");
    const bool repeats = section_ == "space" && (key == "forbid" || key == "enqueue");
    if (!repeats) unique(key, place);
    // A parameter's value is a literal of search/, which has quotes of its own.
    const bool literal = section_ == "space";
    entries_.push_back(
        {section_, key, literal ? std::string(value) : unquoted(value, place), place});
  }

  void unique(const std::string& key, const base::Place& place) {
    const auto [first, is_new] = lines_.try_emplace({section_, key}, place.line);
    if (!is_new) {
      base::fail(place, "is given twice, first in line " + std::to_string(first->second));
    }
  }

  const std::string& file_;
  std::string section_;
  std::map<std::pair<std::string, std::string>, int> lines_;
  std::vector<Entry> entries_;
};

}  // namespace

std::vector<Entry> parse_ini(std::string_view text, const std::string& file) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Parser parser(file);
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    parser.line(text.substr(0, end), number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return std::move(parser).take();
}

std::vector<Entry> read_ini(const std::filesystem::path& file) {
  return parse_ini(read_text(file), file.string());
}

const Entry* find_entry(std::span<const Entry> entries, std::string_view section,
                        std::string_view key) {
  const auto found = std::ranges::find_if(
      entries, [&](const Entry& entry) { return entry.section == section && entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::string quoted(const std::string& value) {
  const bool blank_ends = trim(value).size() != value.size();
  const bool special = value.find_first_of(";#\"'") != std::string::npos;
  if (!value.empty() && !blank_ends && !special) return value;
  const char quote = value.find('"') == std::string::npos ? '"' : '\'';
  std::string text(1, quote);
  for (const char c : value) text.append(c == quote ? 2 : 1, c);
  return text + quote;
}

std::string read_text(const std::filesystem::path& file) {
  if (std::filesystem::is_directory(file)) base::fail({file.string(), 0, {}}, "is a folder");
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream) {
    base::fail({file.string(), 0, {}},
               std::string("cannot be read: ") + std::strerror(errno == 0 ? EIO : errno));
  }
  return std::move(text).str();
}

}  // namespace tune::tuner
