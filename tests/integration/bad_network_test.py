#!/usr/bin/env python3
"""A service that cannot be reached, that is not trusted or does not trust us: one error that says why and what to do.

The rows stand in bad_input/network.py. Most of them wait for retries: all run at the same time, each on its own emulator."""

import concurrent.futures
import re

from bad_input import check, network
from support import scenario


class BadNetwork(scenario.Scenario):
    @classmethod
    def setUpClass(cls):
        cls.root = scenario.temporary_folder(cls)
        pool = concurrent.futures.ThreadPoolExecutor(max_workers=len(network.CASES))
        cls.addClassCleanup(pool.shutdown)
        cls.runs = {case.name: pool.submit(check.run_with_own_emulator, case, network, cls.root / case.name) for case in network.CASES}

    def run_case(self, case):
        if scenario.WINE and case.name == "a certificate that is not trusted":
            self.skipTest(scenario.TRUSTING)
        outcome, changes = self.runs[case.name].result()
        check.check(self, case, outcome, self.root / case.name / "job", [network.WRONG_KEY])
        self.assertEqual(changes, [], "the service was changed")
        self.assertLess(outcome.seconds, 60, "a user should not wait that long for this")


for number, row in enumerate(network.CASES, 1):
    setattr(BadNetwork, f"test_{number:02}_{re.sub(r'[^a-zA-Z0-9]+', '_', row.name)}", lambda self, row=row: self.run_case(row))

if __name__ == "__main__":
    scenario.main()
