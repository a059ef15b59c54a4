#include "search/literal.hpp"

#include <algorithm>
#include <cctype>

#include "search/base/error.hpp"

namespace tune::search {
namespace {

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

bool reads_as_itself(const std::string& text) {
  if (text.empty() || text == "and" || text == "in" || text == "when") return false;
  if (!std::ranges::all_of(text, is_word_character)) return false;
  return std::holds_alternative<std::string>(base::parse_value(text));
}

}  // namespace

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_.+-/:%*@").find(c) != std::string_view::npos || (c & 0x80) != 0;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t quoted_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != text[0]) continue;
    if (i + 1 == text.size() || text[i + 1] != text[0]) return i + 1;
    ++i;  // the quote doubled
  }
  throw base::InputError("the quote in " + std::string(text) + " is not closed");
}

std::vector<std::string_view> split_items(std::string_view text) {
  std::vector<std::string_view> items;
  if (trim(text).empty()) return items;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // A quote within a word is an apostrophe.
    if (is_quote(c) && trim(text.substr(start, i - start)).empty()) {
      i += quoted_length(text.substr(i)) - 1;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    } else if (c == ',' && depth == 0) {
      items.push_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
    if (depth < 0) throw base::InputError("a bracket in " + std::string(text) + " is not opened");
  }
  if (depth > 0) throw base::InputError("a bracket in " + std::string(text) + " is not closed");
  items.push_back(trim(text.substr(start)));
  return items;
}

base::Value parse_literal(std::string_view text) {
  text = trim(text);
  if (text.empty()) throw base::InputError("a value is missing");
  if (!is_quote(text.front())) return base::parse_value(text);
  const char quote = text.front();
  if (quoted_length(text) != text.size()) {
    throw base::InputError("there is text after the closing quote of " + std::string(text));
  }
  std::string content;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    content += text[i];
    if (text[i] == quote) ++i;
  }
  return content;
}

std::string literal(const base::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return base::to_text(value);
  if (reads_as_itself(*text)) return *text;
  const char quote = text->find('"') == std::string::npos ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char c : *text) {
    quoted += c;
    if (c == quote) quoted += quote;
  }
  return quoted + quote;
}

std::string number_text(double number) {
  std::string text = base::to_text(base::Value(number));
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

}  // namespace tune::search
