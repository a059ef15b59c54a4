#include "model/samples.hpp"

#include "search/base/error.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

namespace tune::model {
namespace {

const float kMissing = std::nanf("");

Eigen::MatrixXf table() {
  Eigen::MatrixXf x(4, 3);
  x << 1, 2, 3, 10, 20, kMissing, 100, 200, 300, 5, 6, 7;
  return x;
}

Eigen::MatrixXf gathered(const Columns& columns, const std::vector<std::uint32_t>& rows) {
  Eigen::MatrixXf out(columns.rows, static_cast<Index>(rows.size()));
  gather(columns, rows, {out.data(), out.rows(), out.rows()});
  return out;
}

}  // namespace

TEST_CASE("a selection copies its rows in its order, transformed as all are") {
  const Eigen::MatrixXf x = table();
  const std::vector<float> shift = {1, 0, 100, 0}, factor = {2, 1, 0.5f, 10}, fill = {0, 7, 0, 0};
  const Selection some = {3, 1, 1};
  Eigen::MatrixXf expected(3, 2);
  expected << 7, 5, kMissing, 10, kMissing, 10;
  Columns columns(x);
  const Eigen::MatrixXf plain = gathered(columns.only(some), {2, 0});
  CHECK(plain.row(0) == expected.row(0));
  CHECK(std::isnan(plain(1, 0)));
  CHECK(plain.col(1) == expected.col(1));
  columns.shift = shift;
  columns.factor = factor;
  columns.fill = fill;
  expected << 70, 50, 7, 10, 7, 10;
  CHECK(gathered(columns.only(some), {2, 0}) == expected);
  const Eigen::MatrixXf all = gathered(columns, {2, 0});
  CHECK(gathered(columns.only({0, 1, 2, 3}), {2, 0}) == all);
  CHECK(all.row(2) == Eigen::RowVector2f(100, 0));
}

TEST_CASE("inputs share out the features, and none listed means all") {
  const Eigen::MatrixXf x = table();
  const Columns all(x);
  for (const Columns& columns : share_out(all, {}, 2)) CHECK(columns.rows == 4);
  CHECK(share_out(all, {}, 2).size() == 2);
  const std::vector<Selection> selections = {{1, 2}, {}};
  const std::vector<Columns> both = share_out(all, selections, 2);
  REQUIRE(both.size() == 2);
  CHECK(both[0].rows == 2);
  CHECK(both[1].rows == 4);
  CHECK_THROWS_WITH(share_out(all, selections, 1),
                    Catch::Contains("2 selections for a model with 1 inputs"));
  const Selection beyond = {1, 4};
  CHECK_THROWS_WITH(all.only(beyond), Catch::Contains("number 4 is selected of 4"));
}

}  // namespace tune::model
