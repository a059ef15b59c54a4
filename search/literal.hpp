#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "search/base/value.hpp"

namespace tune::search {

// How values are written within domains and conditions: a number, a word, or any text in quotes
// ('...' or "...", the quote itself doubled), which is how text stays text that looks like a
// number or holds commas.

std::string_view trim(std::string_view text);

/// Splits at commas outside of quotes and brackets and trims; empty text has no items. Throws
/// InputError on a quote or bracket that is not closed.
std::vector<std::string_view> split_items(std::string_view text);

/// The length of the quoted text that starts `text`, with its quotes. Throws InputError if the
/// quote is not closed.
std::size_t quoted_length(std::string_view text);

/// Throws InputError if nothing is there, or if a quote is not closed.
base::Value parse_literal(std::string_view text);
/// The text that parse_literal reads back as the same value.
std::string literal(const base::Value& value);

/// A number without the ".0" of whole ones: for places where 1 and 1.0 mean the same.
std::string number_text(double number);

/// Is this one of the characters that words and names consist of?
bool is_word_character(char c);

}  // namespace tune::search
