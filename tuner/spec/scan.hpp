#pragma once

namespace tune::tuner {

/// Follows a text character by character through quotes and brackets. A quote opens where a word
/// can begin, so that the apostrophe of `Peter's` is none;
/// a quote doubled within quotes closes and opens them.
class Nesting {
 public:
  /// Takes the next character. True if it stands outside of quotes and brackets.
  bool outside(char c);
  bool in_quotes() const { return quote_ != '\0'; }

 private:
  char quote_ = '\0', before_ = ' ';
  int depth_ = 0;
};

}  // namespace tune::tuner
