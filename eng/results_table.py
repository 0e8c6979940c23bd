#!/usr/bin/env python3
"""Prints the tables of docs/results.md from the result.json of `fathom ood evaluate`.

  results_table.py RESULT.json [--metric auroc|fpr95|matched] [--summary]
"""
import argparse
import json
from statistics import mean


def table(rows, detectors, sets, cell):
    print("| set | " + " | ".join(detectors) + " |")
    print("|---" * (len(detectors) + 1) + "|")
    for name in sets:
        print(f"| {name} | " + " | ".join(f"{cell(rows[name, d]):.3f}" for d in detectors) + " |")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("result")
    p.add_argument("--metric", choices=["auroc", "fpr95", "matched"], default="auroc")
    p.add_argument("--summary", action="store_true", help="one row a detector: far, near, FPR95, equal length")
    c = p.parse_args()
    results = json.load(open(c.result))["results"]
    rows = {(r["set"], r["detector"]): r for r in results}
    detectors = list(dict.fromkeys(r["detector"] for r in results))
    sets = list(dict.fromkeys(r["set"] for r in results))
    far = [s for s in sets if s.startswith("MATH")]
    near = [s for s in sets if s not in far]
    matched = lambda r: r["length_matched_auroc"]
    if c.summary:
        print("| detector | AUROC far | AUROC near | FPR95 far | FPR95 near | AUROC at equal prompt length |")
        print("|---|---|---|---|---|---|")
        for d in detectors:
            cells = [mean(rows[s, d]["auroc"] for s in far), mean(rows[s, d]["auroc"] for s in near),
                     mean(rows[s, d]["fpr95"] for s in far), mean(rows[s, d]["fpr95"] for s in near), mean(matched(rows[s, d]) for s in sets)]
            print(f"| {d} | " + " | ".join(f"{x:.3f}" for x in cells) + " |")
        return
    pick = {"auroc": lambda r: r["auroc"], "fpr95": lambda r: r["fpr95"], "matched": matched}[c.metric]
    table(rows, detectors, sets, pick)


if __name__ == "__main__":
    main()
