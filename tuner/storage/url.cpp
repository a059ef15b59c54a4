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

/// The parameters behind a question mark, with it, but for those that are passwords.
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

std::string StorageUrl::text() const {
  if (is_file()) return file_.string();
  const auto host = connection_.find("://") + 3;
  // A password may have a question mark in it, parameters an @.
  const auto parameters = connection_.find('?', connection_.find('/', host));
  const std::string place = connection_.substr(0, parameters);
  const auto at = place.rfind('@');
  const auto secret = place.find(':', host);
  const std::string shown =
      at == std::string::npos || secret > at ? place : place.substr(0, secret) + place.substr(at);
  return parameters == std::string::npos
             ? shown
             : shown + without_secrets(std::string_view(connection_).substr(parameters + 1));
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
