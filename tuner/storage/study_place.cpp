#include "tuner/storage/study_place.hpp"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

StudyPlace noted(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kStoreNote;
  std::ifstream in(file);
  const auto json = nlohmann::json::parse(in, nullptr, false);
  const auto text = [&](const char* key) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (found == json.end() || !found->is_string()) {
      throw base::InputError(file.string() +
                             ": expected the \"storage\" of a study and its \"study\"");
    }
    return found->get<std::string>();
  };
  StudyPlace place{.folder = folder, .storage = StorageUrl(text("storage")), .name = text("study")};
  const char* known = std::getenv("TUNE_STORAGE");
  if (known != nullptr && *known != '\0' &&
      StorageUrl(known).portable() == place.storage->portable()) {
    place.storage = StorageUrl(known);
  }
  return place;
}

}  // namespace

bool StudyPlace::is_url(const std::string& text) {
  return text.find("://") != std::string::npos;
}

StudyPlace StudyPlace::parse(const std::string& text) {
  if (!is_url(text)) {
    const std::filesystem::path folder = text;
    const bool elsewhere = std::filesystem::exists(folder / kStoreNote) &&
                           !std::filesystem::exists(folder / kStoreFile);
    return elsewhere ? noted(folder) : StudyPlace{.folder = folder};
  }
  const auto hash = text.rfind('#');
  StudyPlace place{.folder = {}, .storage = StorageUrl(text.substr(0, hash))};
  if (hash != std::string::npos) place.name = text.substr(hash + 1);
  return place;
}

std::string StudyPlace::absolute(const std::string& url) {
  const StudyPlace place = parse(url);
  if (!place.storage->is_file()) return url;
  return place.storage->absolute() + (place.name.empty() ? "" : '#' + place.name);
}

std::string StudyPlace::text() const {
  if (!folder.empty()) return folder.string();
  return name.empty() ? storage->text() : storage->text() + '#' + name;
}

std::optional<StorageUrl> StudyPlace::store() const {
  if (storage) return storage;
  if (!std::filesystem::exists(folder / kStoreFile)) return std::nullopt;
  return StorageUrl::of_file(folder / kStoreFile);
}

std::string StudyPlace::note() const {
  return nlohmann::ordered_json{{"storage", storage.value().portable()}, {"study", name}}.dump(2) +
         '\n';
}

}  // namespace tune::tuner
