import json
import os
import unittest

import support

import evaluate
import prepare
import train


class TrainAndEvaluate(support.TemporaryFolder):
    def metrics_of(self, quality, *arguments):
        """Runs the three steps as pipeline.yml does and returns the contents of metrics.json."""
        support.quietly(prepare.main, "--data", support.DATA, "--prepared-data", self.path("data"))
        support.quietly(train.main, "--training-data", self.path("data"), "--model-output", self.path("model"),
                        "--quality", quality, *arguments)
        support.quietly(evaluate.main, "--model", self.path("model"), "--test-data", self.path("data"),
                        "--metrics-output", self.path("metrics"))
        with open(self.path("metrics", "metrics.json"), encoding="utf-8") as file:
            return json.load(file)

    def test_the_good_model_passes_the_gate_with_room(self):
        metrics = self.metrics_of("good")
        self.assertEqual(sorted(metrics), ["accuracy", "f1", "log_loss", "precision", "recall", "roc_auc"])
        self.assertGreater(metrics["accuracy"], 0.96)
        self.assertGreater(metrics["recall"], 0.94)
        self.assertGreater(metrics["roc_auc"], 0.99)
        self.assertLess(metrics["log_loss"], 0.12)

    def test_the_worse_model_fails_the_gate_clearly(self):
        metrics = self.metrics_of("worse")
        self.assertLess(metrics["accuracy"], 0.85)
        self.assertGreater(metrics["accuracy"], 0.7)
        self.assertLess(metrics["roc_auc"], 0.9)
        self.assertGreater(metrics["log_loss"], 0.35)

    def test_the_model_comes_with_its_description(self):
        self.metrics_of("worse")
        self.assertEqual(sorted(os.listdir(self.path("model"))), ["model.joblib", "model.json"])
        with open(self.path("model", "model.json"), encoding="utf-8") as file:
            description = json.load(file)
        self.assertEqual(description["quality"], "worse")
        self.assertEqual(description["training_rows"], 398)
        self.assertEqual(len(description["features"]), 30)

    def test_regularization_reaches_the_model(self):
        self.assertGreater(self.metrics_of("good", "--c", "0.0001")["log_loss"],
                           self.metrics_of("good", "--c", "1")["log_loss"])


if __name__ == "__main__":
    unittest.main()
