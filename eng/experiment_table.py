#!/usr/bin/env python3
"""Markdown table of a `fathom run` folder: python3 eng/experiment_table.py RUN [detector ...]"""
import json
import os
import sys


def main(folder, wanted):
    result = json.load(open(os.path.join(folder, "result.json")))
    timing = json.load(open(os.path.join(folder, "run.json"))).get("timing", {})
    rows, sets = {}, []
    for row in result["results"]:
        if row["set"] not in sets:
            sets.append(row["set"])
        rows.setdefault(row["detector"], {})[row["set"]] = row
    controls = {row["detector"]: row["fit_test_auroc"] for row in result["controls"]}
    times = [value["score_milliseconds"] for value in timing.values() if isinstance(value, dict) and "score_milliseconds" in value]
    near, far = sets[0], sets[1:]
    print(f"fit {result['id']['fit_count']}, test {result['id']['test_count']}, seeds {[row['seed'] for row in result['seeds']]}, taught {[row['taught'] for row in result['seeds']]}")
    print(f"length alone: {', '.join('%s %.3f' % (name, next(iter(rows.values()))[name]['length_auroc']) for name in sets)}\n")
    print("| detector | " + near + " | at equal length | FPR95 | " + " | ".join(far) + " | false alarms at the threshold | fit versus test | ms a sample |")
    print("|---" * (len(far) + 7) + "|")
    for name in wanted or rows:
        row = rows[name]
        auroc = row[near]["auroc"]
        low, high = auroc["interval"]
        span = f" ({low:.3f} to {high:.3f})" if low is not None else ""
        middle = sorted(time[name] for time in times if name in time)
        print(
            f"| {name} | {auroc['mean']:.3f}{span} | {row[near]['length_matched_auroc']['mean']:.3f} | {row[near]['fpr95']['mean']:.3f} | "
            + " | ".join(f"{row[other]['auroc']['mean']:.3f}" for other in far)
            + f" | {row[near]['threshold_false_alarm_rate']:.3f} | {controls[name]:.3f} | {middle[len(middle) // 2] if middle else float('nan'):.3f} |"
        )


main(sys.argv[1], sys.argv[2:])
