#include "tuner/spec/list_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "search/literal.hpp"
#include "tuner/spec/placed.hpp"

namespace tune::tuner {
namespace {

using search::trim;

using base::Configuration;
using base::Value;
using nlohmann::json;

void read_json(ListFile& list, std::string_view text) {
  const json document = parse_json(text, list.name);
  const bool wrapped = document.is_object() && document.contains("configs");
  const json& items = wrapped ? document["configs"] : document;
  if (!items.is_array()) {
    base::fail({list.name, 0, {}}, "is neither an array of objects nor an object with 'configs'");
  }
  for (const json& item : items) {
    if (!item.is_object())
      base::fail(list.place(list.configurations.size(), {}), "is not an object");
    Configuration configuration;
    for (const auto& [name, content] : item.items()) {
      const auto value = to_value(content, list.place(list.configurations.size(), name));
      if (value) configuration.emplace(name, *value);
    }
    list.configurations.push_back(std::move(configuration));
  }
}

/// Cells of one line of a CSV; quotes are doubled within quotes.
std::vector<std::string> split_cells(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[i++];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  for (std::string& cell : cells) cell = std::string(trim(cell));
  return cells;
}

void read_csv(ListFile& list, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string> header;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::vector<std::string> cells = split_cells(line);
    if (header.empty()) {
      header = cells;
      continue;
    }
    const base::Place place{list.name, number, {}};
    if (cells.size() != header.size()) {
      base::fail(place, "has " + std::to_string(cells.size()) + " cells, the header has " +
                            std::to_string(header.size()));
    }
    Configuration configuration;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].empty()) continue;
      const bool is_new = configuration.emplace(header[i], base::parse_value(cells[i])).second;
      if (!is_new) base::fail(place, "the column '" + header[i] + "' is there twice");
    }
    list.configurations.push_back(std::move(configuration));
  }
}

/// The values of one name in the list, each once, in order.
search::Choice listed_values(const ListFile& list, const std::string& name) {
  search::Choice choice;
  std::set<std::string> seen;
  for (const Configuration& configuration : list.configurations) {
    const auto found = configuration.find(name);
    if (found == configuration.end() || !seen.insert(base::to_text(found->second)).second) continue;
    choice.values.push_back(found->second);
  }
  return choice;
}

}  // namespace

std::optional<Value> to_value(const json& item, const base::Place& place) {
  if (item.is_null()) return std::nullopt;
  if (item.is_boolean()) return std::string(item.get<bool>() ? "yes" : "no");
  if (item.is_number_float()) return item.get<double>();
  if (item.is_number_unsigned() &&
      item.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return item.get<double>();
  }
  if (item.is_number_integer()) return item.get<std::int64_t>();
  if (item.is_string()) return item.get<std::string>();
  base::fail(place, "is neither a number nor a text");
}

json parse_json(std::string_view text, const std::string& file) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
    const auto line = 1 + std::count(text.begin(), end, '\n');
    base::fail({file, static_cast<int>(line), {}}, "is not valid JSON");
  }
}

base::Place ListFile::place(std::size_t index, std::string key) const {
  return {name + ": configuration " + std::to_string(index), 0, std::move(key)};
}

ListFile parse_list(std::string_view text, std::string name) {
  ListFile list{std::move(name), {}};
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool is_json =
      first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
  if (is_json) {
    read_json(list, text);
  } else {
    read_csv(list, text);
  }
  if (list.configurations.empty()) base::fail({list.name, 0, {}}, "has no configurations");
  return list;
}

void check_values(ListFile& list, std::span<const Consumer> consumers) {
  for (std::size_t i = 0; i < list.configurations.size(); ++i) {
    for (auto& [name, value] : list.configurations[i]) {
      const base::Key* key = find_key(consumers, name);
      if (key == nullptr) base::fail(list.place(i, name), unknown_parameter(name, consumers));
      value = normalised(*key, value);
      const std::string wrong = key->complaint(value);
      if (!wrong.empty()) base::fail(list.place(i, name), wrong);
    }
  }
}

void add_listed(SpaceSection& section, const ListFile& list) {
  for (std::size_t i = 0; i < list.configurations.size(); ++i) {
    for (const auto& [name, value] : list.configurations[i]) {
      if (section.find(name) != nullptr) continue;
      section.lines.push_back({{name, listed_values(list, name), {}}, list.place(i, name)});
    }
  }
}

std::vector<Configuration> listed_in(const search::Space& space, const ListFile& list) {
  std::vector<Configuration> configurations = list.configurations;
  for (std::size_t i = 0; i < configurations.size(); ++i) {
    for (auto& [name, value] : configurations[i]) {
      const auto index = space.find(name);
      if (index) value = normalised(space.parameters()[*index].domain, value);
    }
    at(list.place(i, {}), [&] { space.require(configurations[i]); });
  }
  return configurations;
}

}  // namespace tune::tuner
