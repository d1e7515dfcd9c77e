import csv
import os
import unittest
from unittest import mock

import support

import measure
import prepare
import sample
import score_batch
import train


class Fresh(support.TemporaryFolder):
    def draw(self, *arguments):
        file = self.path("fresh.csv")
        sample.main(["--data", support.DATA, "--output", file, *arguments])
        return file

    def rows(self, file):
        with open(file, newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))

    def train(self):
        support.quietly(prepare.main, "--data", support.DATA, "--prepared-data", self.path("data"))
        support.quietly(train.main, "--training-data", self.path("data"), "--model-output", self.path("model"))
        return self.path("model")

    def test_a_sample_is_the_same_each_time(self):
        first = self.rows(self.draw("--rows", "50"))
        self.assertEqual(len(first), 50)
        self.assertEqual(first, self.rows(self.draw("--rows", "50")))
        self.assertNotEqual(first, self.rows(self.draw("--rows", "50", "--seed", "8")))

    def test_drift_is_planted_in_the_columns_that_are_named(self):
        plain = self.rows(self.draw("--rows", "5"))
        moved = self.rows(self.draw("--rows", "5", "--columns", "mean_radius", "--factor", "2"))
        for before, after in zip(plain, moved):
            self.assertAlmostEqual(float(after["mean_radius"]), 2 * float(before["mean_radius"]))
            self.assertEqual(after["mean_texture"], before["mean_texture"])

    def test_a_model_is_measured_on_fresh_data(self):
        printed = support.quietly(measure.main, "--model", self.train(), "--data", self.draw())
        self.assertRegex(printed, r"measure: accuracy 0\.9\d")
        with self.assertRaises(SystemExit) as stop:
            measure.main(["--model", self.path("model"), "--data", self.path("nothing.csv")])
        self.assertIn("measure: nothing.csv", str(stop.exception))

    def test_a_batch_has_a_line_for_each_row(self):
        fresh = self.draw("--rows", "3")
        with mock.patch.dict(os.environ, AZUREML_MODEL_DIR=self.train()):
            score_batch.init()
        lines = score_batch.run([fresh, fresh])
        self.assertEqual(len(lines), 6)
        self.assertRegex(lines[2], r"^fresh\.csv,2,(benign|malignant),[01]\.\d{6}$")


if __name__ == "__main__":
    unittest.main()
