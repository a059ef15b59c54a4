#include "tuner/report/front_plot.hpp"

#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"

using namespace tune::tuner;
using tune::tests::complete;
using tune::tests::contains;
using tune::tests::fold_of;

TEST_CASE("the drawing of a front has all trials with scores, and those of the front in a line") {
  tune::tests::Study study;
  StudySummary summary = study.summary();
  summary.metrics = {{"accuracy", true}, {"parameters", false}};
  summary.objectives = 2;
  study.records = {complete(0, {}, {fold_of(0.75, 40, 0, 1)}), tune::tests::failed(1, {}, "x"),
                   complete(2, {}, {fold_of(0.5, 2, 0, 1)}),
                   complete(3, {}, {fold_of(0.5, 80, 0, 1)})};
  const std::string script = front_drawing(summary);
  CHECK(contains(script, "$trials << END\n40.0 0.75\n2.0 0.5\n80.0 0.5\nEND\n"));
  CHECK(contains(script, "$front << END\n2.0 0.5\n40.0 0.75\nEND\n"));
  CHECK(contains(script, "set xlabel 'parameters' noenhanced\nset ylabel 'accuracy' noenhanced\n"));
  CHECK(contains(script, "set logscale x\n"));
  CHECK_FALSE(contains(script, "set logscale y\n"));
  study.records = {tune::tests::failed(0, {}, "x")};
  CHECK(front_drawing(summary).empty());
}
