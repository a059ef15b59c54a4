#include <algorithm>

#include "model/builders/builder.hpp"
#include "search/literal.hpp"
#include "search/pruner.hpp"
#include "search/strategy.hpp"
#include "tuner/cli/help.hpp"
#include "tuner/cli/table.hpp"
#include "tuner/data/dataset.hpp"
#include "tuner/data/folds.hpp"
#include "tuner/spec/spec.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kWidth = 96;
using Lines = std::vector<std::vector<std::string>>;

constexpr std::string_view kIntroduction =
    "A space file has sections with lines `key = value`; comments start with ; or #. Every key can "
    "also be given on the command line, as --SECTION.KEY VALUE, which wins over the file. A text "
    "with ; or # in it stands in quotes. Only [data] is needed to begin with.";

const Lines kDomains = {
    {"choice(a, b, ...)", "one of the values: numbers or words"},
    {"ordinal(a, b, ...)", "the same, for values in order: neighbours are alike"},
    {"int(1, 99)", "an integer, both ends included"},
    {"int(16, 512, log)", "the same, each order of magnitude equally likely"},
    {"int(0, 100, step=5)", "0, 5, 10, ..., 100"},
    {"real(0, 1)", "a real number"},
    {"real(0, 1, step=0.1)", "0, 0.1, 0.2, ..., 1"},
    {"reciprocal(3e-4, 3e-2)",
     "a real number, each order of magnitude equally likely; also "
     "written real(3e-4, 3e-2, log)"},
    {"normal(mean, sd)", "a real number around the mean, cut at 6 standard deviations"},
    {"0.01, relu", "a fixed value"},
};

const Lines kConditions = {
    {"NAME = DOMAIN when CONDITION", "the parameter is there only where the condition holds"},
    {"forbid = CONDITION", "no trial for which it holds; there may be several such lines"},
    {"enqueue = NAME = VALUE and NAME = VALUE",
     "a start point, tried first; what it leaves open is drawn; there may be several such lines"},
    {"CONDITION",
     "comparisons of parameters of [space] with values, with `and` between: "
     "optimizer = sgd, n_hidden >= 2, activation in (relu, elu); operators = != < <= "
     "> >= in"},
};

std::string default_text(const base::Key& key) {
  if (!key.fallback) return "-";
  const auto* real = std::get_if<double>(&*key.fallback);
  const std::string text =
      real == nullptr ? base::to_text(*key.fallback) : search::number_text(*real);
  return text.empty() ? "-" : text;
}

std::vector<std::string> line_of(const base::Key& key) {
  const bool free_text = key.kind == base::Key::Kind::text && key.words.empty();
  return {key.name, default_text(key), key.help + (free_text ? "" : " (" + key.allowed() + ")")};
}

std::string key_table(Lines lines, std::size_t indent) {
  if (lines.empty()) return {};
  lines.insert(lines.begin(), {"key", "default", "meaning"});
  return columns(lines, indent, kWidth);
}

/// One line a key.
std::string key_table(std::span<const base::Key> keys) {
  Lines lines;
  for (const base::Key& key : keys) lines.push_back(line_of(key));
  return key_table(std::move(lines), 2);
}

/// Strategies, or pruners, without the keys that all have.
template <class Registry>
std::string rows_text(const Registry& registry) {
  std::string text;
  for (const auto& row : registry.rows()) {
    Lines lines;
    for (const base::Key& key : row.keys) {
      if (base::find_key(study_keys(), key.name) == nullptr) lines.push_back(line_of(key));
    }
    text += '\n' + paragraph(row.name + " - " + row.help, 2, kWidth) + key_table(lines, 4);
  }
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// What a builder takes over from an earlier one, said as shortly as it can be.
std::string borrowed_text(const model::Builders::Row& row, const model::Builders::Row& owner,
                          const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  for (const base::Key& key : owner.keys) {
    if (base::find_key(row.keys, key.name) == nullptr) missing.push_back(key.name);
  }
  const std::string keys = missing.empty() ? "the other keys of " + owner.name
                           : missing.size() >= names.size()
                               ? "of " + owner.name + ": " + joined(names)
                               : "the keys of " + owner.name + " but " + joined(missing);
  return paragraph("and " + keys, 4, kWidth);
}

/// A key that several builders have alike is explained once.
std::string builders_text() {
  std::string text;
  const auto& rows = model::builders().rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Lines own;
    std::vector<std::vector<std::string>> borrowed(i);
    for (const base::Key& key : rows[i].keys) {
      std::size_t owner = 0;
      while (owner < i) {
        const base::Key* theirs = base::find_key(rows[owner].keys, key.name);
        if (theirs != nullptr && line_of(*theirs) == line_of(key)) break;
        ++owner;
      }
      owner < i ? borrowed[owner].push_back(key.name) : own.push_back(line_of(key));
    }
    text += '\n' + paragraph(rows[i].name + " - " + rows[i].help, 2, kWidth) + key_table(own, 4);
    for (std::size_t owner = 0; owner < i; ++owner) {
      if (borrowed[owner].empty()) continue;
      text += borrowed_text(rows[i], rows[owner], borrowed[owner]);
    }
  }
  return text;
}

}  // namespace

std::string space_help() {
  std::string text = paragraph(kIntroduction, 0, kWidth);
  text += "\n[study] - what is done\n" + key_table(study_keys());
  text += "\n[data] - what is learned from\n" + key_table(data_keys());
  text += "\n[cv] - how trials are scored\n" + key_table(cv_keys());
  text += "\n[model] - the network and its optimizer: the builder, and its keys (at the end)\n" +
          key_table(model_keys());
  text += "\n[training] - how long and on what\n" + key_table(training_keys());
  text += "\n[space] - what is searched: any key of [model] and [training], as NAME = DOMAIN\n";
  text += columns(kDomains, 2, kWidth) + '\n' + columns(kConditions, 2, kWidth);
  text += "\nStrategies: [study] strategy = NAME, and their keys of [study]\n" +
          rows_text(search::strategies());
  text += "\nPruners: [study] pruner = NAME, and their keys of [study]\n" +
          rows_text(search::pruners());
  text += "\nBuilders: [model] builder = NAME, and their keys of [model]\n" + builders_text();
  return text;
}

}  // namespace tune::tuner
