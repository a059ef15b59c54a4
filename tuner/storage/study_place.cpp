#include "tuner/storage/study_place.hpp"

namespace tune::tuner {

bool StudyPlace::is_url(const std::string& text) {
  return text.find("://") != std::string::npos;
}

StudyPlace StudyPlace::parse(const std::string& text) {
  if (!is_url(text)) return {.folder = text};
  const auto hash = text.rfind('#');
  StudyPlace place{.folder = {}, .storage = StorageUrl(text.substr(0, hash))};
  if (hash != std::string::npos) place.name = text.substr(hash + 1);
  return place;
}

std::string StudyPlace::absolute(const std::string& url) {
  const StudyPlace place = parse(url);
  if (!place.storage->is_file()) return url;
  const auto file = std::filesystem::absolute(place.storage->file()).lexically_normal();
  return "sqlite:///" + file.string() + (place.name.empty() ? "" : '#' + place.name);
}

std::string StudyPlace::text() const {
  if (!storage) return folder.string();
  return name.empty() ? storage->text() : storage->text() + '#' + name;
}

std::optional<StorageUrl> StudyPlace::store() const {
  if (storage) return storage;
  if (!std::filesystem::exists(folder / kStoreFile)) return std::nullopt;
  return StorageUrl::of_file(folder / kStoreFile);
}

}  // namespace tune::tuner
