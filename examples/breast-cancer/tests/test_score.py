import json
import logging
import os
import unittest
from unittest import mock

import support

import prepare
import score
import train
from dataset import CLASSES, FEATURES, DataError


class Score(support.TemporaryFolder):
    def setUp(self):
        super().setUp()
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        support.quietly(prepare.main, "--data", support.DATA, "--prepared-data", self.path("data"))
        support.quietly(train.main, "--training-data", self.path("data"),
                        "--model-output", self.path("mounted", "outputs", "model"))
        with mock.patch.dict(os.environ, AZUREML_MODEL_DIR=self.path("mounted")):
            score.init()
        with open(os.path.join(support.EXAMPLE, "sample-request.json"), encoding="utf-8") as file:
            self.sample = json.load(file)

    def row(self, **changes):
        values = dict(zip(self.sample["input_data"]["columns"], self.sample["input_data"]["data"][0]))
        values.update(changes)
        return values

    def test_answers_the_sample_request(self):
        answer = score.run(json.dumps(self.sample))
        self.assertEqual(answer["predictions"], ["malignant", "benign"])
        for probabilities in answer["probabilities"]:
            self.assertEqual(list(probabilities), CLASSES)
            self.assertAlmostEqual(sum(probabilities.values()), 1, places=5)
        self.assertEqual(json.loads(json.dumps(answer)), answer)

    def test_takes_objects_in_any_order_of_the_columns(self):
        reversed_row = dict(reversed(list(self.row().items())))
        expected = score.run(self.sample)["probabilities"][0]
        self.assertEqual(score.run({"data": [reversed_row]})["probabilities"], [expected])

    def test_refuses_what_is_no_request(self):
        cases = {
            "{": r"^the request is not JSON: ",
            "[]": r'^the request must be an object with "input_data" or "data"$',
            '{"rows": []}': r'^the request must be an object with "input_data" or "data"$',
            '{"data": []}': r'^"data" must be a non-empty list of objects$',
            '{"data": [1]}': r"^row 0: must be an object with a value for each feature$",
            '{"input_data": {"columns": [], "data": []}}': r'^"input_data" must have a list "columns" and a non-empty',
            '{"input_data": {"columns": ["a", "a"], "data": [[1, 2]]}}': r'^"columns" must be distinct names$',
            '{"input_data": {"columns": ["a"], "data": [[1, 2]]}}': r"^row 0: must be a list of 1 values$",
        }
        for request, message in cases.items():
            with self.subTest(request=request), self.assertRaisesRegex(DataError, message):
                score.run(request)

    def test_refuses_missing_unknown_and_bad_features(self):
        missing = self.row()
        del missing["worst_area"]
        cases = [
            (missing, r"^missing column\(s\): worst_area$"),
            (self.row(age=3), r"^unknown column\(s\): age$"),
            (self.row(mean_area="wide"), r"^row 0: mean_area must be a number of 0 or more, got 'wide'$"),
            (self.row(mean_area=None), r"^row 0: mean_area must be a number of 0 or more, got None$"),
            (self.row(mean_area=-1), r"^row 0: mean_area must be a number of 0 or more, got -1$"),
            (self.row(mean_area=[1, 2]), r"must be a number"),
        ]
        for row, message in cases:
            with self.subTest(message=message), self.assertRaisesRegex(DataError, message):
                score.run({"data": [row]})

    def test_refuses_too_many_rows(self):
        with mock.patch.object(score, "MAXIMUM_ROWS", 1):
            with self.assertRaisesRegex(DataError, "^2 rows in one request, at most 1 are taken$"):
                score.run(self.sample)

    def test_says_where_it_looked_for_the_model(self):
        with mock.patch.dict(os.environ, AZUREML_MODEL_DIR=self.path("data")):
            with self.assertRaisesRegex(FileNotFoundError, r"^no model\.joblib under AZUREML_MODEL_DIR \(.*data\)$"):
                score.init()

    def test_has_thirty_features(self):
        self.assertEqual(len(set(FEATURES)), 30)
        self.assertEqual(self.sample["input_data"]["columns"], FEATURES)


if __name__ == "__main__":
    unittest.main()
