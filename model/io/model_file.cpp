#include "model/io/model_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/io/hdf5_reader.hpp"
#include "model/io/keras_options.hpp"
#include "search/base/error.hpp"
#include "search/base/files.hpp"

namespace tune::model {
namespace {

using base::InputError;

std::string content_of(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) throw InputError("is a directory");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw InputError(std::string("cannot be opened: ") + std::strerror(errno));
  std::string content;
  in.seekg(0, std::ios::end);
  content.resize(static_cast<std::size_t>(std::max<std::streamoff>(0, in.tellg())));
  in.seekg(0);
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!in) throw InputError("cannot be read");
  return content;
}

/// nlohmann's parser takes any depth, but to copy or destroy what it made overflows the stack.
Json parse_json(std::string_view text) {
  constexpr int kDeepest = 100;
  return Json::parse(
      text,
      [](int depth, Json::parse_event_t, Json&) {
        if (depth > kDeepest) throw InputError("holds JSON that is nested too deeply");
        return true;
      },
      false);
}

/// A message may quote the file, which may hold anything.
std::string one_line(std::string text) {
  constexpr std::size_t kLongest = 400;
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return text;
}

}  // namespace

void write_model_file(const std::filesystem::path& file, const std::string& content) {
  std::filesystem::path part = file;
  part += ".part";
  std::ofstream out(part, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  std::error_code error;
  if (out) error = base::put_in_place(part, file);
  if (out && !error) return;
  const std::string why = error ? error.message() : std::strerror(errno);
  std::filesystem::remove(part, error);
  base::fail({.file = file.string(), .line = 0, .key = {}}, "cannot be written: " + why);
}

void read_model_file(const std::filesystem::path& file,
                     const std::function<void(std::string content)>& read) {
  const base::Place place{.file = file.string(), .line = 0, .key = {}};
  try {
    read(content_of(file));
  } catch (const InputError& error) {
    base::fail(place, one_line(error.what()));
  } catch (const nlohmann::json::exception& error) {
    base::fail(place, one_line(std::string("is not as Keras writes it: ") + error.what()));
  }
}

std::optional<Json> read_json(Hdf5Reader& reader, std::uint64_t object, const char* attribute) {
  const auto texts = reader.texts(object, attribute);
  if (!texts) return std::nullopt;
  Json json = texts->size() == 1 ? parse_json(texts->front()) : Json();
  if (!json.is_object()) throw InputError(std::string(attribute) + " is not a JSON object");
  return json;
}

}  // namespace tune::model
