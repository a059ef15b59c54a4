#include "tuner/data/labels.hpp"

#include "search/base/error.hpp"
#include "tuner/data/dictionary.hpp"

namespace tune::tuner {

bool nearly_unique(std::size_t different, std::size_t rows) {
  return different > 50 && 2 * different > rows;
}

void set_classes(Dataset& data, const std::vector<std::string>& texts, std::string_view task,
                 const std::string& place) {
  const Ranking ranking = rank_texts(texts);
  const std::size_t count = ranking.names.size();
  const std::string classes = std::to_string(count) + " classes";
  if (count < 2) {
    throw base::InputError(place + ": there is one class only, '" + ranking.names.at(0) + "'");
  }
  if (task == "auto" && nearly_unique(count, data.rows())) {
    throw base::InputError(place + ": " + std::to_string(count) + " different labels in " +
                           std::to_string(data.rows()) +
                           " rows; if they are labels, say task = multiclass");
  }
  if (task == "binary" && count > 2) {
    throw base::InputError(place + ": task = binary needs 2 classes, there are " +
                           std::to_string(count) + " ('" + ranking.names[0] + "', '" +
                           ranking.names[1] + "', '" + ranking.names[2] +
                           (count > 3 ? "', ...)" : "')") + "; multiclass takes them");
  }
  data.task = task == "multiclass" || count > 2 ? Task::multiclass : Task::binary;
  data.classes = ranking.names;
  for (Eigen::Index i = 0; i < data.y.cols(); ++i) {
    data.y(0, i) = static_cast<float>(ranking.ranks[static_cast<std::size_t>(data.y(0, i))]);
  }
}

}  // namespace tune::tuner
