#include "model/optimizers/makers.hpp"
#include "search/base/rng.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/options.hpp"

// What every optimizer of optimizers() must do; its formula is in
// tests/golden/keras_optimizers.cpp.

namespace tune::model {
namespace {

using Vector = std::vector<float>;

const std::map<std::string, base::Value> kClipping = {
    {"clipnorm", 0.3}, {"clipvalue", 0.2}, {"global_clipnorm", 0.5}};

/// Each row of the registry with its defaults, and with each other value that a key accepts: of
/// them some have another memory.
struct Variant {
  std::string name;
  base::Configuration options;

  OptimizerPtr make(const base::Configuration& more = {}) const {
    base::Configuration all = more;
    all.insert(options.begin(), options.end());
    const auto& row = optimizers().at(name);
    return row.make(base::Reader(all, row.keys));
  }
};

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const auto& row : optimizers().rows()) {
    all.push_back({row.name, {}});
    for (const base::Key& key : row.keys) {
      for (const base::Value& value : tests::other_values(key, kClipping)) {
        all.push_back({row.name, {{key.name, value}}});
      }
    }
  }
  return all;
}

/// The sum of (i + 1) / 4 (w_i - 1)^2, and its gradient.
double height_at(const Vector& w) {
  double height = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    height += static_cast<double>(i + 1) / 4 * (w[i] - 1) * (w[i] - 1);
  }
  return height;
}

Vector gradient_at(const Vector& w) {
  Vector gradient(w.size());
  for (std::size_t i = 0; i < w.size(); ++i) {
    gradient[i] = static_cast<float>(i + 1) / 2 * (w[i] - 1);
  }
  return gradient;
}

/// Where so many steps down that bowl lead.
Vector descend(const Optimizer& optimizer, Vector w, int steps) {
  const Clipper clipper(optimizer.clipping(), {{0, 2}, {2, static_cast<Index>(w.size()) - 2}});
  Floats memory = fresh_memory(optimizer, w.size());
  for (int step = 1; step <= steps; ++step) {
    Vector gradient = gradient_at(w);
    clipper.apply(gradient);
    optimizer.step(w, gradient, memory, optimizer.rate(), step);
  }
  return w;
}

Vector draw(std::size_t count, base::Rng rng) {
  Vector values(count);
  for (float& value : values) value = static_cast<float>(2 * rng.uniform() - 1);
  return values;
}

/// Parameters and memory in the middle of a training.
struct Middle {
  Vector w;
  Floats memory;
};

/// Steps with drawn gradients over the elements from `first`, as if there were no others.
Middle train(const Optimizer& optimizer, std::size_t first, std::size_t count, int steps) {
  const auto part = [&](const Vector& all) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    return Vector(begin, begin + static_cast<std::ptrdiff_t>(count));
  };
  Middle middle{part(draw(100, base::Rng(1))), fresh_memory(optimizer, count)};
  for (int step = 1; step <= steps; ++step) {
    const Vector gradient = part(draw(100, base::Rng(2).split(static_cast<std::uint64_t>(step))));
    optimizer.step(middle.w, gradient, middle.memory, optimizer.rate(), step);
  }
  return middle;
}

}  // namespace

TEST_CASE("every optimizer finds the bottom of a bowl") {
  for (const std::string& name : optimizers().names()) {
    CAPTURE(name);
    // Adagrad's steps get short soon.
    const double rate = name == "adagrad" ? 1 : 0.1;
    const OptimizerPtr optimizer = Variant{name, {}}.make({{"learning_rate", rate}});
    CHECK(optimizer->name() == name);
    CHECK(optimizer->rate() == static_cast<float>(rate));
    for (const float w : descend(*optimizer, {3, -2, 0, 0.5f}, 500)) {
      CHECK(w == Approx(1).margin(0.05));
    }
  }
}

TEST_CASE("every optimizer goes downhill, whatever its options are") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name, base::to_text(variant.options));
    const OptimizerPtr optimizer = variant.make({{"learning_rate", 0.002}});
    const Vector start = {3, -2, 0, 0.5f};
    const double before = height_at(start);
    const double early = height_at(descend(*optimizer, start, 10));
    CHECK(early < before);
    CHECK(height_at(descend(*optimizer, start, 50)) < early);
  }
}

TEST_CASE("every optimizer's memory is its slots, filled with their first values") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name, base::to_text(variant.options));
    const OptimizerPtr optimizer = variant.make();
    const Floats memory = fresh_memory(*optimizer, 7);
    REQUIRE(memory.size() == 7 * optimizer->slots());
    for (std::size_t i = 0; i < memory.size(); ++i) {
      CHECK(memory[i] == optimizer->initial(i / 7));
    }
  }
}

TEST_CASE("every optimizer treats each weight by itself: two ranges give the bits of the whole") {
  constexpr std::size_t kAll = 100;
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name, base::to_text(variant.options));
    const OptimizerPtr optimizer = variant.make();
    const Middle whole = train(*optimizer, 0, kAll, 20);
    for (const std::size_t cut : {1, 17, 48, 64}) {
      const Middle low = train(*optimizer, 0, cut, 20);
      const Middle high = train(*optimizer, cut, kAll - cut, 20);
      Middle both{low.w, {}};
      both.w.insert(both.w.end(), high.w.begin(), high.w.end());
      for (std::size_t slot = 0; slot < optimizer->slots(); ++slot) {
        const auto append = [&](const Floats& memory, std::size_t count) {
          const auto begin = memory.begin() + static_cast<std::ptrdiff_t>(slot * count);
          both.memory.insert(both.memory.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
        };
        append(low.memory, cut);
        append(high.memory, kAll - cut);
      }
      CHECK(both.w == whole.w);
      CHECK(both.memory == whole.memory);
    }
  }
}

TEST_CASE("every optimizer remembers in its memory alone") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name, base::to_text(variant.options));
    const OptimizerPtr optimizer = variant.make();
    Middle middle = train(*optimizer, 0, 20, 6);
    const OptimizerPtr other = variant.make();
    for (int step = 7; step <= 9; ++step) {
      // Something else in between, on the same object.
      train(*optimizer, 30, 20, 3);
      const Vector all = draw(100, base::Rng(2).split(static_cast<std::uint64_t>(step)));
      const Vector gradient(all.begin(), all.begin() + 20);
      (step % 2 == 0 ? optimizer : other)
          ->step(middle.w, gradient, middle.memory, optimizer->rate(), step);
    }
    const Middle whole = train(*optimizer, 0, 20, 9);
    CHECK(middle.w == whole.w);
    CHECK(middle.memory == whole.memory);
  }
}

TEST_CASE("every optimizer leaves a weight of zero without gradient, the padding, at zero") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name, base::to_text(variant.options));
    const OptimizerPtr optimizer = variant.make();
    Vector w(20);
    Floats memory = fresh_memory(*optimizer, w.size());
    for (int step = 1; step < 10; ++step) {
      optimizer->step(w, Vector(20), memory, optimizer->rate(), step);
    }
    CHECK(w == Vector(20));
  }
}

TEST_CASE("every optimizer uses the rate that it is given, not its own") {
  for (const std::string& name : optimizers().names()) {
    CAPTURE(name);
    const Variant variant{name, {}};
    const OptimizerPtr slow = variant.make({{"learning_rate", 0.01}});
    const OptimizerPtr fast = variant.make({{"learning_rate", 0.1}});
    Vector a = {2}, b = {2};
    Floats memory_a = fresh_memory(*slow, 1), memory_b = fresh_memory(*fast, 1);
    for (int step = 1; step < 5; ++step) {
      slow->step(a, Vector{1}, memory_a, 0.05f, step);
      fast->step(b, Vector{1}, memory_b, 0.05f, step);
    }
    CHECK(a == b);
    CHECK(a[0] != 2);
  }
}

TEST_CASE("every optimizer reads every key that it declares") {
  for (const auto& row : optimizers().rows()) {
    CAPTURE(row.name);
    const auto outcome = [&](const base::Configuration& options) -> tests::Numbers {
      const Vector w = descend(*Variant{row.name, options}.make(), {3, -2, 0, 0.5f}, 5);
      return {w.begin(), w.end()};
    };
    CHECK(tests::keys_without_effect(row.keys, {outcome}, kClipping) == std::vector<std::string>{});
  }
}

TEST_CASE("every optimizer's configuration makes it again") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant.name, base::to_text(variant.options));
    const OptimizerPtr optimizer = variant.make();
    const Variant again{variant.name, optimizer->config()};
    base::Reader(again.options, optimizers().at(variant.name).keys).check();
    CHECK(again.make()->config() == optimizer->config());
    CHECK(descend(*again.make(), {3, -2, 0, 0.5f}, 5) == descend(*optimizer, {3, -2, 0, 0.5f}, 5));
  }
}

TEST_CASE("every optimizer refuses two ways of clipping at once") {
  for (const std::string& name : optimizers().names()) {
    CHECK_THROWS_WITH((Variant{name, {}}.make({{"clipnorm", 1.0}, {"clipvalue", 1.0}})),
                      "clipvalue: clipnorm is given too; only one of clipnorm, clipvalue and "
                      "global_clipnorm can be");
  }
}

}  // namespace tune::model
