#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tuner/storage/url.hpp"

namespace tune::tuner {

/// The store in the folder of a run.
inline constexpr const char* kStoreFile = "study.db";
/// In place of it, where the store is elsewhere: its URL and the study's name.
inline constexpr const char* kStoreNote = "store.json";

/// Where a study is: the folder of a run, or under its name in a store. Written `DIR` or
/// `URL#NAME`; without a name it is the only study of the store.
struct StudyPlace {
  std::filesystem::path folder;            ///< of a run
  std::optional<StorageUrl> storage = {};  ///< not in that folder
  std::string name = {};

  /// Of a folder whose store is elsewhere, the password is that of TUNE_STORAGE if this names the
  /// same store; libpq knows others. Throws InputError on a URL that is none, and on a kStoreNote
  /// that says nothing.
  static StudyPlace parse(const std::string& text);
  /// Does it look like one of a store?
  static bool is_url(const std::string& text);
  /// A URL that means the same in another folder.
  static std::string absolute(const std::string& url);
  /// As it is written, without a password.
  std::string text() const;
  /// Where its store is; nothing: a folder without one.
  std::optional<StorageUrl> store() const;
  /// A place in a store, as kStoreNote has it.
  std::string note() const;
};

}  // namespace tune::tuner
