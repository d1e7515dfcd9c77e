import json
import os
import unittest

import support

import pandas as pd

import prepare
from dataset import DataError


class Clean(unittest.TestCase):
    def setUp(self):
        self.raw = pd.read_csv(support.DATA)

    def assert_refused(self, frame, message):
        with self.assertRaises(DataError) as caught:
            prepare.clean(frame)
        self.assertEqual(str(caught.exception), message)

    def test_keeps_every_row_of_the_shipped_data(self):
        self.assertEqual(len(prepare.clean(self.raw)), 569)

    def test_drops_duplicates_and_rows_with_empty_cells(self):
        frame = pd.concat([self.raw, self.raw.head(3)], ignore_index=True)
        frame.loc[10, "mean_radius"] = None
        self.assertEqual(len(prepare.clean(frame)), 568)

    def test_takes_labels_in_any_case(self):
        frame = self.raw.assign(diagnosis=" " + self.raw["diagnosis"].str.upper())
        self.assertEqual(set(prepare.clean(frame)["diagnosis"]), {"benign", "malignant"})

    def test_names_a_missing_column(self):
        self.assert_refused(self.raw.drop(columns=["mean_area"]), "missing column(s): mean_area")
        self.assert_refused(self.raw.drop(columns=["diagnosis"]), "missing column(s): diagnosis")

    def test_names_an_unknown_column(self):
        self.assert_refused(self.raw.assign(age=50), "unknown column(s): age")

    def test_names_an_unknown_label(self):
        self.raw.loc[0, "diagnosis"] = "M"
        self.assert_refused(self.raw, "diagnosis must be one of benign, malignant; got 'm'")

    def test_names_the_row_of_a_value_that_is_no_number(self):
        frame = self.raw.astype({"mean_area": object})
        frame.loc[7, "mean_area"] = "large"
        self.assert_refused(frame, "row 7: mean_area must be a number of 0 or more, got 'large'")

    def test_refuses_negative_measurements(self):
        self.raw.loc[2, "mean_radius"] = -1.5
        self.assert_refused(self.raw, "row 2: mean_radius must be a number of 0 or more, got -1.5")

    def test_refuses_too_little_data(self):
        self.assert_refused(self.raw.head(99), "99 usable rows, at least 100 are needed")

    def test_refuses_data_of_one_class(self):
        benign = self.raw[self.raw["diagnosis"] == "benign"]
        self.assert_refused(benign, "every row has the diagnosis 'benign'; both classes are needed")


class Split(unittest.TestCase):
    def setUp(self):
        self.frame = prepare.clean(pd.read_csv(support.DATA))

    def test_is_repeatable_and_follows_the_seed(self):
        first, again, other = (prepare.split(self.frame, 0.3, seed)[1] for seed in (1, 1, 2))
        self.assertTrue(first.equals(again))
        self.assertFalse(first.equals(other))

    def test_keeps_the_share_of_each_class_and_no_row_twice(self):
        train, test = prepare.split(self.frame, 0.3, 1)
        self.assertEqual(sorted([*train.index, *test.index]), list(self.frame.index))
        shares = [(part["diagnosis"] == "malignant").mean() for part in (train, test)]
        self.assertAlmostEqual(shares[0], shares[1], delta=0.01)


class Main(support.TemporaryFolder):
    def test_writes_both_parts_and_a_summary(self):
        output = support.quietly(prepare.main, "--data", support.DATA, "--prepared-data", self.path("new", "out"))
        self.assertIn("prepare: 569 rows read, 0 dropped, 398 for training, 171 for the evaluation", output)
        self.assertEqual(sorted(os.listdir(self.path("new", "out"))), ["summary.json", "test.csv", "train.csv"])
        with open(self.path("new", "out", "summary.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file), {"rows": 569, "dropped_rows": 0, "train_rows": 398, "test_rows": 171})

    def test_stops_with_the_file_and_the_reason(self):
        with open(self.path("bad.csv"), "w", encoding="utf-8") as file:
            file.write("mean_radius,diagnosis\n1,benign\n")
        with self.assertRaises(SystemExit) as caught:
            prepare.main(["--data", self.path("bad.csv"), "--prepared-data", self.path("out")])
        self.assertRegex(str(caught.exception), r"^prepare: .*bad\.csv: missing column\(s\): mean_texture, ")
        self.assertFalse(os.path.exists(self.path("out")))

    def test_stops_at_an_empty_or_missing_file(self):
        with open(self.path("empty.csv"), "w", encoding="utf-8"):
            pass
        for name in ("empty.csv", "none.csv"):
            with self.assertRaisesRegex(SystemExit, f"^prepare: .*{name}: "):
                prepare.main(["--data", self.path(name), "--prepared-data", self.path("out")])


if __name__ == "__main__":
    unittest.main()
