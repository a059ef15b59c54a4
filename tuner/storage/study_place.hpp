#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tuner/storage/url.hpp"

namespace tune::tuner {

/// The store in the folder of a run.
inline constexpr const char* kStoreFile = "study.db";

/// Where a study is: the folder of a run, or under its name in a store. Written `DIR` or
/// `URL#NAME`; without a name it is the only study of the store.
struct StudyPlace {
  std::filesystem::path folder;
  std::optional<StorageUrl> storage = {};
  std::string name = {};

  /// Throws InputError on a URL that is none.
  static StudyPlace parse(const std::string& text);
  /// Does it look like one of a store?
  static bool is_url(const std::string& text);
  /// A URL that means the same in another folder.
  static std::string absolute(const std::string& url);
  /// As it is written, without a password.
  std::string text() const;
  /// Where its store is; nothing: a folder without one, that is from before there were stores or of
  /// a run with a store elsewhere.
  std::optional<StorageUrl> store() const;
};

}  // namespace tune::tuner
