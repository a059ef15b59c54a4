#include "tuner/data/generators.hpp"

#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <numbers>

namespace tune::tuner {
namespace {

using base::Reader;
using base::Rng;
using std::numbers::pi;

/// Standard normal draws of one stream.
class Noise {
 public:
  explicit Noise(Rng rng) : rng_(rng) {}
  double operator()() { return normal_(rng_); }

 private:
  Rng rng_;
  boost::random::normal_distribution<double> normal_;
};

Dataset empty(Eigen::Index features, Eigen::Index rows) {
  Dataset data;
  data.x.resize(features, rows);
  data.y.resize(1, rows);
  data.targets = {"y"};
  data.shape = {features};
  for (Eigen::Index i = 0; i < features; ++i) {
    data.features.emplace_back("x").append(std::to_string(i));
    data.columns.push_back({data.features.back(), {}});
  }
  return data;
}

Eigen::Index rows_of(const Reader& options) {
  return options.integer("n");
}

/// Points in the plane with a class each, `noise` standard deviations around where `point` puts
/// them.
template <class Point>
Dataset plane(const Reader& options, Rng rng, std::int64_t classes, Point point) {
  Dataset data = empty(2, rows_of(options));
  Noise noise(rng);
  const double sd = options.real("noise");
  for (Eigen::Index i = 0; i < data.x.cols(); ++i) {
    double x = 0, y = 0;
    const Eigen::Index label = point(i, x, y);
    data.x(0, i) = static_cast<float>(x + sd * noise());
    data.x(1, i) = static_cast<float>(y + sd * noise());
    data.y(0, i) = static_cast<float>(label);
  }
  data.task = classes > 2 ? Task::multiclass : Task::binary;
  for (std::int64_t c = 0; c < classes; ++c) data.classes.push_back(std::to_string(c));
  return data;
}

double fraction(Eigen::Index i, Eigen::Index steps) {
  return steps > 0 ? static_cast<double>(i) / static_cast<double>(steps) : 0;
}

Dataset moons(const Reader& options, Rng rng) {
  const Eigen::Index outer = rows_of(options) / 2, inner = rows_of(options) - outer;
  return plane(options, rng, 2, [=](Eigen::Index i, double& x, double& y) -> Eigen::Index {
    const bool first = i < outer;
    const double angle = pi * (first ? fraction(i, outer - 1) : fraction(i - outer, inner - 1));
    x = first ? std::cos(angle) : 1 - std::cos(angle);
    y = first ? std::sin(angle) : 0.5 - std::sin(angle);
    return first ? 0 : 1;
  });
}

Dataset circles(const Reader& options, Rng rng) {
  const Eigen::Index outer = rows_of(options) / 2, inner = rows_of(options) - outer;
  const double factor = options.real("factor");
  return plane(options, rng, 2, [=](Eigen::Index i, double& x, double& y) -> Eigen::Index {
    const bool first = i < outer;
    const double angle = 2 * pi * (first ? fraction(i, outer) : fraction(i - outer, inner));
    x = (first ? 1 : factor) * std::cos(angle);
    y = (first ? 1 : factor) * std::sin(angle);
    return first ? 0 : 1;
  });
}

Dataset xor_corners(const Reader& options, Rng rng) {
  return plane(options, rng, 2, [](Eigen::Index i, double& x, double& y) -> Eigen::Index {
    const Eigen::Index a = i / 2 % 2, b = i % 2;
    x = static_cast<double>(a);
    y = static_cast<double>(b);
    return a ^ b;
  });
}

Dataset spiral(const Reader& options, Rng rng) {
  const Eigen::Index arms = options.integer("classes");
  const Eigen::Index steps = (rows_of(options) - 1) / arms;
  const double turns = options.real("turns");
  return plane(options, rng, arms, [=](Eigen::Index i, double& x, double& y) {
    const double radius = fraction(i / arms, steps);
    const double angle = 2 * pi * (turns * radius + fraction(i % arms, arms));
    x = radius * std::cos(angle);
    y = radius * std::sin(angle);
    return i % arms;
  });
}

Dataset friedman1(const Reader& options, Rng rng) {
  Dataset data = empty(options.integer("features"), rows_of(options));
  Rng uniform = rng.split(0);
  Noise noise(rng.split(1));
  const double sd = options.real("noise");
  for (Eigen::Index i = 0; i < data.x.cols(); ++i) {
    auto x = data.x.col(i);
    for (float& value : x) value = static_cast<float>(uniform.uniform());
    data.y(0, i) = static_cast<float>(10 * std::sin(pi * double{x(0)} * x(1)) +
                                      20 * std::pow(double{x(2)} - 0.5, 2) + 10 * double{x(3)} +
                                      5 * double{x(4)} + sd * noise());
  }
  return data;
}

Dataset linear(const Reader& options, Rng rng) {
  Dataset data = empty(options.integer("features"), rows_of(options));
  Noise draw(rng.split(0)), coefficient(rng.split(1)), noise(rng.split(2));
  Eigen::VectorXd weights(data.x.rows());
  for (double& weight : weights) weight = coefficient();
  const double bias = coefficient(), sd = options.real("noise");
  for (Eigen::Index i = 0; i < data.x.cols(); ++i) {
    for (float& value : data.x.col(i)) value = static_cast<float>(draw());
    data.y(0, i) =
        static_cast<float>(weights.dot(data.x.col(i).cast<double>()) + bias + sd * noise());
  }
  return data;
}

std::vector<base::Key> keys_with(std::vector<base::Key> more, int least = 2) {
  std::vector<base::Key> keys{
      base::integer_key("n", {}, least, 1e8, "number of rows"),
      base::real_key("noise", base::Value(0.0), 0, 1e6, "standard deviation of the noise")};
  for (base::Key& key : more) keys.push_back(std::move(key));
  return keys;
}

base::Key features_key(std::int64_t fallback, int least) {
  return base::integer_key("features", base::Value(fallback), least, 1e6, "number of features");
}

}  // namespace

const base::Registry<Dataset(const Reader&, Rng)>& generators() {
  static const base::Registry<Dataset(const Reader&, Rng)> rows(
      "generator",
      {{"moons", "two half circles that reach into each other", keys_with({}), moons},
       {"circles", "a circle within a circle",
        keys_with({base::real_key("factor", base::Value(0.8), 0, 1, "radius of the inner one")}),
        circles},
       {"xor", "the corners of the unit square in turn, labelled by exclusive or", keys_with({}, 4),
        xor_corners},
       {"spiral", "intertwined spirals from the middle of the unit circle to its rim",
        keys_with({base::positive_key("turns", base::Value(1.0), 100, "turns of each spiral"),
                   base::integer_key("classes", base::Value(std::int64_t{2}), 2, 100,
                                     "number of spirals")}),
        spiral},
       {"friedman1", "a smooth function of five of the features (Friedman 1991)",
        keys_with({features_key(10, 5)}), friedman1},
       {"linear", "a linear function of normally distributed features",
        keys_with({features_key(5, 1)}), linear}});
  return rows;
}

Dataset generate_data(std::string_view call, std::string_view task, Rng rng) {
  const auto fail = [&](const std::string& message) {
    throw base::InputError("generator: " + std::string(call) + ": " + message);
  };
  const std::size_t open = call.find('(');
  if (open == std::string_view::npos || !call.ends_with(')')) {
    fail("a call is expected, as moons(1000, noise=0.2)");
  }
  const std::vector<std::string> name = base::split_list(call.substr(0, open));
  base::Configuration arguments;
  for (const std::string& item : base::split_list(call.substr(open + 1, call.size() - open - 2))) {
    const std::size_t equals = item.find('=');
    const bool named = equals != std::string::npos;
    const auto trimmed = [](const std::string& text) {
      const std::vector<std::string> items = base::split_list(text);
      return items.empty() ? std::string() : items[0];
    };
    const std::string key = named ? trimmed(item.substr(0, equals)) : "n";
    const bool fresh =
        arguments.emplace(key, base::parse_value(named ? trimmed(item.substr(equals + 1)) : item))
            .second;
    if (!fresh) fail("'" + key + "' is given twice");
  }
  Dataset data;
  try {
    const auto& generator = generators().at(name.empty() ? "" : name[0]);
    const Reader options(arguments, generator.keys);
    options.check();
    data = generator.make(options, rng);
  } catch (const base::InputError& error) {
    fail(error.what());
  }
  const std::string made = task_names()[static_cast<std::size_t>(data.task)];
  if (task == "multiclass" && data.task == Task::binary) {
    data.task = Task::multiclass;
  } else if (task != "auto" && task != made) {
    throw base::InputError("task: " + std::string(task) + " does not fit " + std::string(call) +
                           ", which is " + made);
  }
  return data;
}

}  // namespace tune::tuner
