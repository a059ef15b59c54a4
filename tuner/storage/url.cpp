#include "tuner/storage/url.hpp"

#include <algorithm>
#include <charconv>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

/// The value of what follows the file's name.
int timeout_of(std::string_view parameters) {
  constexpr std::string_view kName = "timeout=";
  int seconds = 0;
  if (parameters.starts_with(kName)) {
    const std::string_view value = parameters.substr(kName.size());
    const auto [end, error] = std::from_chars(value.begin(), value.end(), seconds);
    if (error != std::errc() || end != value.end()) seconds = 0;
  }
  if (seconds < 1 || seconds > 86400) {
    throw base::InputError("sqlite:///FILE?" + std::string(parameters) +
                           ": expected timeout=SECONDS, 1 to 86400");
  }
  return seconds;
}

/// Parameters with their question mark, but for those that are passwords.
std::string without_secrets(std::string_view parameters) {
  std::string shown;
  while (!parameters.empty()) {
    const auto end = std::min(parameters.find('&'), parameters.size());
    const std::string_view one = parameters.substr(0, end);
    if (!one.starts_with("password=") && !one.starts_with("sslpassword=")) {
      shown += (shown.empty() ? '?' : '&') + std::string(one);
    }
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return shown;
}

}  // namespace

StorageUrl::StorageUrl(std::string_view text) {
  const auto colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view name = scheme.substr(0, scheme.find('+'));
  const std::string_view rest =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 3);
  if (name == "sqlite" && rest.size() > 1 && rest.front() == '/' && rest[1] != '?') {
    const auto mark = rest.find('?');
    file_ = rest.substr(1, mark - 1);
    if (mark != std::string_view::npos) timeout_ = timeout_of(rest.substr(mark + 1));
  } else if ((name == "postgresql" || name == "postgres") && !rest.empty()) {
    connection_ = "postgresql://" + std::string(rest);
  } else {
    throw base::InputError(
        "a store is written sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
  }
}

StorageUrl StorageUrl::of_file(const std::filesystem::path& file) {
  StorageUrl url;
  url.file_ = file;
  return url;
}

std::string_view StorageUrl::address() const {
  const std::string_view all = connection_;
  // As libpq has it: a user ends at the first @ before any slash.
  const auto host = all.find("://") + 3;
  const auto end = all.find_first_of("@/", host);
  const bool has_user = end != std::string_view::npos && all[end] == '@';
  return all.substr(0, all.find('?', has_user ? end : host));
}

std::string_view StorageUrl::parameters() const {
  const std::size_t length = address().size();
  return std::string_view(connection_).substr(std::min(length + 1, connection_.size()));
}

std::string StorageUrl::text() const {
  if (is_file()) return file_.string();
  const std::string_view place = address();
  const auto host = place.find("://") + 3;
  const auto at = place.find_first_of("@/", host);
  const auto secret = place.find(':', host);
  const bool has_secret = at != std::string_view::npos && place[at] == '@' && secret < at;
  std::string shown(place.substr(0, has_secret ? secret : at));
  if (at != std::string_view::npos) shown += place.substr(at);
  return shown + without_secrets(parameters());
}

std::string StorageUrl::portable() const {
  if (!is_file()) return text();
  const std::string file = std::filesystem::absolute(file_).lexically_normal().string();
  return "sqlite:///" + file + (timeout_ == kTimeout ? "" : "?timeout=" + std::to_string(timeout_));
}

std::string StorageUrl::absolute() const {
  return is_file() ? portable() : connection_;
}

}  // namespace tune::tuner
